"""The shops and link services whose webhooks are understood."""

from collections.abc import Mapping

from sources import dub, shopify, woocommerce
from sources.webhooks import Service

SERVICES: Mapping[str, Service] = {
    one.name: one for one in (shopify.SERVICE, woocommerce.SERVICE, dub.SERVICE)
}
