"""How the bot calls other servers: the shop's own systems, and whoever receives webhooks."""

import httpx


def open_transport(kept: int) -> httpx.AsyncHTTPTransport:
    """A transport that keeps so many idle connections and trusts public authorities and those of the machine.

    The transport alone: all that httpx's client adds (cookies kept from one call to the next, redirects, proxies and
    passwords from the environment, a log of its own) has no place where a call carries somebody's data.
    Whoever calls has to limit how many calls are under way: where the transport does it, a call that is given up while
    it waits for a connection takes one away for ever (httpcore's issue 1093), until none is left.
    """
    trusted = httpx.create_ssl_context(trust_env=False)
    # Beside the authorities that httpx brings, those that the machine trusts, such as the shop's own.
    trusted.load_default_certs()
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=kept)
    return httpx.AsyncHTTPTransport(verify=trusted, trust_env=False, limits=limits)
