"""QR: the picture of a link that a phone reads."""

from __future__ import annotations

import io

from starlette.responses import Response


def qr_response(link: str) -> Response:
    """Return the QR code of a link as an SVG picture."""
    import segno

    out = io.BytesIO()
    segno.make(link, error="m", micro=False).save(
        out, kind="svg", scale=8, border=4, dark="#000", light="#fff", title=link
    )
    return Response(out.getvalue(), media_type="image/svg+xml")
