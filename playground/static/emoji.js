// Emoji names as Slack spells them. An unknown name is shown as :name:, as Slack does.

const NAMES = `
+1 👍 thumbsup 👍 -1 👎 thumbsdown 👎 white_check_mark ✅ heavy_check_mark ✔️ x ❌ thinking_face 🤔
thinking 🤔 eyes 👀 tada 🎉 raised_hands 🙌 clap 👏 pray 🙏 wave 👋 point_up ☝️ point_right 👉
point_left 👈 point_down 👇 ok_hand 👌 muscle 💪 handshake 🤝 v ✌️ crossed_fingers 🤞 writing_hand ✍️
heart ❤️ orange_heart 🧡 yellow_heart 💛 green_heart 💚 blue_heart 💙 purple_heart 💜 broken_heart 💔
sparkling_heart 💖 fire 🔥 star ⭐ star2 🌟 sparkles ✨ boom 💥 zap ⚡ 100 💯 rocket 🚀 trophy 🏆
medal 🏅 first_place_medal 🥇 second_place_medal 🥈 third_place_medal 🥉 crown 👑 gem 💎 gift 🎁
balloon 🎈 confetti_ball 🎊 smile 😄 smiley 😃 grin 😁 grinning 😀 slightly_smiling_face 🙂 wink 😉
blush 😊 heart_eyes 😍 sunglasses 😎 star-struck 🤩 joy 😂 rolling_on_the_floor_laughing 🤣
sweat_smile 😅 neutral_face 😐 expressionless 😑 face_with_raised_eyebrow 🤨 confused 😕 worried 😟
disappointed 😞 cry 😢 sob 😭 angry 😠 rage 😡 scream 😱 flushed 😳 sleeping 😴 zipper_mouth_face 🤐
shrug 🤷 facepalm 🤦 robot_face 🤖 ghost 👻 skull 💀 see_no_evil 🙈 bulb 💡 mag 🔍 mag_right 🔎
lock 🔒 unlock 🔓 key 🔑 bell 🔔 no_bell 🔕 loudspeaker 📢 mega 📣 speech_balloon 💬 thought_balloon 💭
calendar 📆 date 📅 spiral_calendar_pad 🗓️ clock1 🕐 clock9 🕘 alarm_clock ⏰ hourglass ⌛
hourglass_flowing_sand ⏳ stopwatch ⏱️ chart_with_upwards_trend 📈 chart_with_downwards_trend 📉
bar_chart 📊 clipboard 📋 memo 📝 pencil ✏️ pencil2 ✏️ page_facing_up 📄 page_with_curl 📃
bookmark 🔖 bookmark_tabs 📑 label 🏷️ paperclip 📎 link 🔗 pushpin 📌 round_pushpin 📍 file_folder 📁
open_file_folder 📂 card_index 📇 card_file_box 🗃️ wastebasket 🗑️ package 📦 inbox_tray 📥 outbox_tray 📤
email 📧 envelope ✉️ incoming_envelope 📨 mailbox 📫 telephone_receiver 📞 iphone 📱 computer 💻
camera 📷 camera_with_flash 📸 video_camera 📹 movie_camera 🎥 clapper 🎬 tv 📺 microphone 🎤
headphones 🎧 musical_note 🎵 art 🎨 lipstick 💄 nail_care 💅 dress 👗 shirt 👕 shoe 👞 handbag 👜
soap 🧼 lotion_bottle 🧴 herb 🌿 leaves 🍃 seedling 🌱 cherry_blossom 🌸 rose 🌹 sunflower 🌻
hibiscus 🌺 sunny ☀️ partly_sunny ⛅ cloud ☁️ umbrella ☔ snowflake ❄️ rainbow 🌈 ocean 🌊 moon 🌔
earth_africa 🌍 earth_americas 🌎 earth_asia 🌏 globe_with_meridians 🌐 world_map 🗺️ airplane ✈️
car 🚗 bike 🚲 house 🏠 office 🏢 department_store 🏬 shopping_bags 🛍️ shopping_trolley 🛒
moneybag 💰 money_with_wings 💸 dollar 💵 euro 💶 pound 💷 yen 💴 credit_card 💳 receipt 🧾 coin 🪙
warning ⚠️ rotating_light 🚨 no_entry ⛔ no_entry_sign 🚫 octagonal_sign 🛑 question ❓
grey_question ❔ exclamation ❗ heavy_exclamation_mark ❗ grey_exclamation ❕ information_source ℹ️
red_circle 🔴 large_orange_circle 🟠 large_yellow_circle 🟡 large_green_circle 🟢 large_blue_circle 🔵
large_purple_circle 🟣 white_circle ⚪ black_circle ⚫ large_green_square 🟩 large_red_square 🟥
large_yellow_square 🟨 white_large_square ⬜ black_large_square ⬛ ballot_box_with_check ☑️
radio_button 🔘 arrow_up ⬆️ arrow_down ⬇️ arrow_left ⬅️ arrow_right ➡️ arrow_upper_right ↗️
arrow_lower_right ↘️ leftwards_arrow_with_hook ↩️ arrow_right_hook ↪️ arrows_counterclockwise 🔄
repeat 🔁 heavy_plus_sign ➕ heavy_minus_sign ➖ heavy_multiplication_x ✖️ heavy_dollar_sign 💲 new 🆕
free 🆓 ok 🆗 up 🆙 sos 🆘 cool 🆒 one 1️⃣ two 2️⃣ three 3️⃣ four 4️⃣ five 5️⃣ six 6️⃣ seven 7️⃣ eight 8️⃣
nine 9️⃣ keycap_ten 🔟 zero 0️⃣ hash #️⃣ gear ⚙️ wrench 🔧 hammer 🔨 hammer_and_wrench 🛠️ toolbox 🧰
shield 🛡️ construction 🚧 test_tube 🧪 microscope 🔬 telescope 🔭 dart 🎯 game_die 🎲 jigsaw 🧩
video_game 🎮 soccer ⚽ basketball 🏀 weight_lifter 🏋️ runner 🏃 person_in_lotus_position 🧘 coffee ☕
tea 🍵 cake 🍰 birthday 🎂 pizza 🍕 avocado 🥑 green_salad 🥗 apple 🍎 beer 🍺 wine_glass 🍷
champagne 🍾 clinking_glasses 🥂 dog 🐶 cat 🐱 paw_prints 🐾 unicorn_face 🦄 bee 🐝 butterfly 🦋
turtle 🐢 snail 🐌 baby 👶 woman 👩 man 👨 girl 👧 boy 👦 family 👪 busts_in_silhouette 👥
bust_in_silhouette 👤 speaking_head_in_silhouette 🗣️ books 📚 book 📖 newspaper 📰 mortar_board 🎓
school 🏫 hospital 🏥 pill 💊 bandage 🩹 thermometer 🌡️ hand ✋ raised_hand ✋ nerd_face 🤓
partying_face 🥳 saluting_face 🫡 melting_face 🫠 face_with_monocle 🧐 relieved 😌 upside_down_face 🙃
`
  .trim()
  .split(/\s+/);

const EMOJI = new Map();
for (let index = 0; index < NAMES.length; index += 2) EMOJI.set(NAMES[index], NAMES[index + 1]);

const TONES = ["🏻", "🏼", "🏽", "🏾", "🏿"];

/** The picker's choices, in the order shown. */
export const QUICK = ["white_check_mark", "+1", "x", "-1", "thinking_face", "eyes", "tada"];

/** Character of an emoji name (`+1`, `+1::skin-tone-3`, `flag-de`); `:name:` when unknown. */
export function emojiChar(name) {
  const [base, tone] = String(name).split("::");
  const flag = /^flag-([a-z])([a-z])$/.exec(base);
  if (flag) return regional(flag[1]) + regional(flag[2]);
  const found = EMOJI.get(base);
  if (found === undefined) return `:${name}:`;
  const step = Number(/^skin-tone-([2-6])$/.exec(tone ?? "")?.[1] ?? 0);
  return step ? found.replace("\uFE0F", "") + TONES[step - 2] : found;
}

const regional = (letter) => String.fromCodePoint(0x1f1e6 + letter.charCodeAt(0) - 97);

/** Names that hold these letters, best first, at most `limit`. */
export function emojiNamed(letters, limit = 8) {
  const wanted = letters.toLowerCase();
  const names = [...EMOJI.keys()].filter((name) => name.includes(wanted));
  return names
    .sort((a, b) => a.indexOf(wanted) - b.indexOf(wanted) || a.length - b.length)
    .slice(0, limit);
}

/** A typed name or character as Slack's name: ":Tada:" and "🎉" are both "tada". */
export function emojiName(typed) {
  const trimmed = typed.trim();
  for (const [name, char] of EMOJI)
    if (char === trimmed || char === `${trimmed}\uFE0F`) return name;
  return trimmed.replace(/^:|:$/g, "").toLowerCase();
}

const IN_TEXT = /:([a-z0-9_+'-]+)(?:::?(skin-tone-[2-6]))?:/gy;

/** The `:name:` that starts at `index`, as {length, char}, or null. */
export function emojiAt(text, index) {
  IN_TEXT.lastIndex = index;
  const match = IN_TEXT.exec(text);
  if (match === null) return null;
  const name = match[2] ? `${match[1]}::${match[2]}` : match[1];
  const char = emojiChar(name);
  return char.startsWith(":") ? null : { length: match[0].length, char, name };
}

/** Text with every known `:name:` replaced by its character. */
export function withEmoji(text) {
  let out = "";
  for (let index = 0; index < text.length;) {
    const found = text[index] === ":" ? emojiAt(text, index) : null;
    out += found ? found.char : text[index];
    index += found ? found.length : 1;
  }
  return out;
}
