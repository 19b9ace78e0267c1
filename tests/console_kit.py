"""What the tests of the console share: a browser that is signed in."""

import re

from server_kit import PASSWORD


class Person:
    """Somebody who signed in, with the token of her forms."""

    def __init__(self, app, login):
        self.client = app.test_client()
        told = self.client.post("/console/sign-in", data={"login": login, "password": PASSWORD})
        assert told.status_code == 303
        self.csrf = ""
        page = self.get("/console/figures")
        self.csrf = re.search(r'name="csrf" value="([^"]+)"', page).group(1)

    def open(self, path, **more):
        return self.client.get(path, **more)

    def get(self, path):
        return self.client.get(path).get_data(as_text=True)

    def post(self, path, **form):
        return self.client.post(path, data={"csrf": self.csrf, **form})

    def version(self, post):
        return re.search(r'name="version" value="(\d+)"', self.get(f"/console/posts/{post}")).group(
            1
        )

    def decide(self, post, action, **more):
        told = {"version": self.version(post)} | more
        return self.post(f"/console/posts/{post}/decide", action=action, **told)
