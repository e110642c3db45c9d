"""How fast a site is crawled, beside Scrapy: the same pages, extraction, concurrency and rows."""
