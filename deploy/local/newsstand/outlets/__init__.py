"""The newsstand's five outlets, by name."""

from deploy.local.newsstand.outlets.api import Api
from deploy.local.newsstand.outlets.atom import Atom
from deploy.local.newsstand.outlets.listing import Listing
from deploy.local.newsstand.outlets.rss import Rss
from deploy.local.newsstand.outlets.sitemap import Sitemap
from deploy.local.newsstand.site import Outlet

OUTLETS: tuple[Outlet, ...] = (Rss(), Atom(), Listing(), Sitemap(), Api())
