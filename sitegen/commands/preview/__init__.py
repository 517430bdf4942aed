"""What `serve` is made of.

watcher         livereload's watcher with the operating system's notices
builds, worker  a thread that has a process build the site; changes during a build overtake it
served_site     the answer at each address: a page, a file, the problems
server          livereload's server, and browser.js, its half in the browser
"""

from __future__ import annotations

from .builds import Builds, Finished
from .server import PreviewServer, is_loopback
from .watcher import FolderWatcher
from .worker import Built, Failed

__all__ = ["Builds", "Built", "Failed", "Finished", "FolderWatcher", "PreviewServer", "is_loopback"]
