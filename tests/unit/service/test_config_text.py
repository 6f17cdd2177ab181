import pytest

from matinee.service import Config


def test_an_empty_text_gives_the_defaults():
    assert Config.parse() == Config()
    assert Config().server.host == "127.0.0.1"
    assert Config().server.workers == 2


def test_text_sets_what_it_names_and_leaves_the_rest():
    config = Config.parse('[server]\nport = 8123\nhosts = ["matinee.example"]\n')
    assert config.server.port == 8123
    assert config.server.hosts == ("matinee.example",)
    assert config.server.workers == 2


def test_overrides_win_over_the_text():
    overrides = {
        "MATINEE__SERVER__PORT": "99",
        "MATINEE__SERVER__ORIGINS": '["https://a.example"]',
        "MATINEE__LOG__ACCESS": "true",
        "HOME": "/nowhere",
    }
    config = Config.parse("[server]\nport = 1\n", overrides)
    assert config.server.port == 99
    assert config.server.origins == ("https://a.example",)
    assert config.log.access is True


def test_an_override_reaches_into_nested_tables():
    config = Config.parse("", {"MATINEE__TRAIN__SOURCE": "{ ease = { l2 = 7.0 } }"})
    assert config.train.source == {"ease": {"l2": 7.0}}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[server]\nprot = 1", r"'prot' in \[server\]; there are .*port.*workers"),
        ("[sever]\nport = 1", r"'sever' in the configuration; there are engine, keep, log, server"),
        ("[server]\nport = 70000", r"server\.port: .*65535"),
        ("[server]\nport = 'x'", r"server\.port: Expected `int`"),
        ("[server", "not TOML"),
        ("[engine]\npol = 5", r"'pol' in \[engine\]; there are .*pool"),
        ('[engine]\nrows = ["tpo_picks"]', r"'tpo_picks'; there are .*top_picks"),
        ("[engine]\nrows = [{because_you_watched = {sees = 1}}]", "'sees'; there are .*seeds"),
        ('[train]\nsource = "eaze"', r"'eaze'; there are .*ease"),
        ("[train]\nsource = {ease = {l3 = 1.0}}", r"'l3'; there are .*l2"),
    ],
)
def test_bad_text_is_refused_with_the_place_and_what_would_do(text, said):
    with pytest.raises(ValueError, match=said):
        Config.parse(text)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("MATINEE__PORT", "1", "names no section"),
        ("MATINEE__SERVER__HOSTS", "[", "not a TOML value"),
        ("MATINEE__SERVER__PROT", "1", "there are .*port"),
        ("MATINEE__SERVER__PORT__DEEP", "1", "is a value, not a table"),
    ],
)
def test_bad_overrides_are_refused(name, value, said):
    with pytest.raises(ValueError, match=said):
        Config.parse("[server]\nport = 5", {name: value})


@pytest.mark.parametrize(
    ("host", "inside"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("localhost", True),
        ("::1", True),
        ("[::1]", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.168.1.5", False),
        ("matinee.example", False),
    ],
)
def test_only_loopback_addresses_count_as_loopback(host, inside):
    assert Config.parse(f'[server]\nhost = "{host}"').server.loopback is inside
