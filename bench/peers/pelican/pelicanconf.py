"""Pelican's settings for the benchmark's site."""

import os

SITENAME = "Event timeline"
SITEURL = "https://example.org"
PATH = "content"
OUTPUT_PATH = "output"
TIMEZONE = "UTC"
DEFAULT_LANG = "en"
THEME = "theme"
THEME_STATIC_DIR = ""
PLUGIN_PATHS = ["plugins"]
PLUGINS = ["timeline"]
ARTICLE_PATHS = ["events"]
ARTICLE_URL = "events/{slug}/"
ARTICLE_SAVE_AS = "events/{slug}/index.html"
TAG_URL, TAG_SAVE_AS = "tags/{slug}/", "tags/{slug}/index.html"
AUTHOR_URL, AUTHOR_SAVE_AS = "actors/{slug}/", "actors/{slug}/index.html"
CATEGORY_SAVE_AS = ""
DEFAULT_PAGINATION = False
DIRECT_TEMPLATES = ["index", "sitemap"]
SITEMAP_SAVE_AS = "sitemap.xml"
FEED_ALL_RSS = "index.xml"
FEED_MAX_ITEMS = 50
FEED_ALL_ATOM = CATEGORY_FEED_ATOM = TRANSLATION_FEED_ATOM = None
AUTHOR_FEED_ATOM = AUTHOR_FEED_RSS = None
STATIC_PATHS = []
TYPOGRIFY = False
MARKDOWN = {"extensions": ["footnotes", "tables", "attr_list", "meta"], "output_format": "html5"}
# PEL_CACHE=reader or PEL_CACHE=generator turns Pelican's own cache of content on.
if os.environ.get("PEL_CACHE"):
    CACHE_CONTENT = LOAD_CONTENT_CACHE = True
    CHECK_MODIFIED_METHOD = "mtime"
    CONTENT_CACHING_LAYER = os.environ["PEL_CACHE"]
