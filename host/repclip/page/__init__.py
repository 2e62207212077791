"""The live view as a page in a browser, for a phone on the floor.

::

    message    a view as JSON, and what of it has changed
    request    what a page may ask for, read strictly
    guard      who may come in
    files      the page itself, in memory; ``static/`` has it
    client     one page that is open: it gets the newest state, in its own time
    server     HTTP and WebSocket
    pictures   the tempo of a set as a picture, drawn beside everything else
    page       all of that put together, for one sitting
    address    where the page is found
    invite     that as a QR code
"""
