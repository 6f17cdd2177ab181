"""A running server trains by itself, takes up what it trained, and goes on where it was."""

from __future__ import annotations

from matinee.stores import open_stores
from served import now, served, trained_home, until

TOML = '[train]\nsource = "item_knn"\nevery = "2s"\n'


def test_a_server_trains_on_what_is_new_and_serves_it(tmp_path):
    home = trained_home(tmp_path / "home")
    stores = open_stores(home)
    first = stores.bundles.live()
    thumb = {"event_id": "new", "kind": "thumb", "profile_id": "p1", "title_id": "t3", "value": 1}
    with served(home, TOML) as server:
        connection = server.connect()
        connection.send({**thumb, "at": now()})
        assert until(lambda: stores.bundles.live() != first, seconds=30)
        second = stores.bundles.live()
        assert connection.get("/v1/home?profile=p1&columns=4")["bundle"] == second
        assert stores.bundles.manifest(second)["data"]["upto"] == stores.log.head()
        assert server.stop() == 0
    assert stores.bundles.all() == [first, second]
    with served(home, TOML) as server:
        server.connect().send({**thumb, "event_id": "newer", "title_id": "t4", "at": now()})
        assert until(lambda: stores.bundles.live() not in (first, second), seconds=30)
        assert server.stop() == 0
    stores.close()
