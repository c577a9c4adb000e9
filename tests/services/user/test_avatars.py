"""Avatars: an image of one's own, checked by its content."""

from lib.client import fields, problem
from lib.images import WEBP, chunk, png
from lib.users import User


def test_an_avatar_is_stored_and_served_with_its_type(users):
    eve, bob = User(users), User(users, "Bob")
    assert eve.get("/avatar").status == 404
    made = eve.ask("PUT", "/avatar", png())
    assert (made.status, made.json()) == (201, {"content_type": "image/png", "width": 3, "height": 2, "bytes": len(png())})
    got = eve.get("/avatar")
    assert (got.status, got.body, got.headers["content-type"]) == (200, png(), "image/png")
    assert got.headers["etag"] == made.headers["etag"]
    assert got.headers["x-content-type-options"] == "nosniff"
    assert got.headers["content-disposition"] == "inline"
    assert got.headers["content-security-policy"] == "default-src 'none'"
    assert bob.get("/avatar").status == 404
    unchanged = eve.get("/avatar", headers={"If-None-Match": made.headers["etag"]})
    assert (unchanged.status, unchanged.body) == (304, b"")
    # The client's word does not count: a WebP that says it is a PNG is a WebP.
    other = eve.ask("PUT", "/avatar", WEBP, headers={"Content-Type": "image/png"})
    assert (other.status, other.json()["content_type"]) == (200, "image/webp")
    assert eve.get("/avatar").headers["content-type"] == "image/webp"
    stale = {"If-Match": made.headers["etag"]}
    assert eve.ask("PUT", "/avatar", png(), headers=stale).status == 412
    assert eve.ask("DELETE", "/avatar", headers=stale).status == 412
    assert eve.get("/avatar").body == WEBP
    assert eve.ask("DELETE", "/avatar", headers={"If-Match": other.headers["etag"]}).status == 204
    assert eve.ask("DELETE", "/avatar").status == 204
    assert eve.get("/avatar").status == 404


def test_invalid_images_are_refused_with_the_reason(users):
    eve = User(users)
    eve.ask("PUT", "/avatar", png())
    for body, status, reason in [(b"GIF89a", 415, "must be a PNG, JPEG or WebP"), (png() + b"<script>", 422, "must end where its data end"),
                                 (png(pixels=bytes(40_000_000)), 422, "has more pixels than its header says")]:
        assert problem(eve.ask("PUT", "/avatar", body), status)["errors"] == [{"field": "body", "reason": reason}], body[:20]
    assert fields(eve.ask("PUT", "/avatar", png(), headers={"Content-Type": "text/html"}), 415) == ["Content-Type"]
    large = png(more=chunk(b"teXt", bytes(66_000)))
    assert eve.ask("PUT", "/avatar", large).status == 413
    assert eve.ask("PUT", "/avatar", bytes(1_000_000)).status == 413
    largest = png(more=chunk(b"teXt", bytes(65_536 - len(png()) - 12)))
    assert len(largest) == 65_536
    assert eve.get("/avatar").body == png()
    assert eve.ask("PUT", "/avatar", largest).status == 200
    assert eve.get("/avatar").body == largest


def test_an_erased_user_cannot_change_the_avatar(users):
    gone = users.token(123456789)
    assert users.request("PUT", "/api/customers/me/avatar", png(), token=gone).status == 401
    assert users.request("GET", "/api/customers/me/avatar", token=gone).status == 404
