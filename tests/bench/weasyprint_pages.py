"""Prints WeasyPrint's pages per second on an HTML file; prints nothing if it is not installed."""

import sys
import time

try:
    from weasyprint import HTML
except ImportError:
    sys.exit(0)

start = time.perf_counter()
document = HTML(filename=sys.argv[1]).render()
document.write_pdf()
print(len(document.pages) / (time.perf_counter() - start))
