"""`influencer-bot manifest`: the Slack app's description."""

import click

from bot.manifest import manifest_text


@click.command("manifest")
@click.option("--url", help="Public https address: prints the HTTP variant for it.")
def command(url: str | None) -> None:
    """Print the manifest to create the Slack app from."""
    try:
        text = manifest_text(url)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    click.echo(text, nl=False)
