"""Tiny files of the shape of the data sets that `MATINEE_DATA` names; nothing of theirs is here."""

from __future__ import annotations

from pathlib import Path

import polars as pl

__all__ = ["DAY_S", "START_S", "write_ml_1m", "write_ml_100k", "write_ml_small", "write_sasrec"]

DAY_S = 86_400
START_S = 1_000_000_000


def write_ml_1m(folder: Path, *, posters: bool) -> None:
    """Write files of the shape of MovieLens-1M: two viewers, three movies."""
    pl.DataFrame(
        {
            "user_id": [1, 1, 1, 2, 2],
            "movie_id": [10, 11, 12, 10, 11],
            "pos": [0, 1, 2, 0, 1],
            "rating": [5, None, 4, 2, None],
            "liked": [True, False, True, False, False],
            "timestamp": [START_S, None, START_S + 10, None, START_S + DAY_S],
        },
        schema_overrides={
            "user_id": pl.UInt16,
            "movie_id": pl.UInt16,
            "pos": pl.UInt16,
            "rating": pl.UInt8,
        },
    ).write_parquet(folder / "ml1m_interactions.parquet")
    pl.DataFrame(
        {
            "movie_id": [10, 11, 12],
            "title": ["Small Town, A (1995)", "Loud (1996)", "Alone, La (1997)"],
            "genres": ["Children's|Comedy", "Horror", "Drama"],
        },
        schema_overrides={"movie_id": pl.UInt16},
    ).write_parquet(folder / "ml1m_movies.parquet")
    if posters:
        pl.DataFrame(
            {"movie_id": [10, 12], "image": [b"jpeg ten", b"jpeg twelve"]},
            schema_overrides={"movie_id": pl.UInt16},
        ).write_parquet(folder / "ml1m_posters.parquet")


def write_sasrec(folder: Path) -> None:
    """Write sequences of the viewers and movies of `write_ml_1m`; the second came first."""
    pl.DataFrame(
        {
            "sas_user": [1, 1, 2, 2, 2],
            "sas_item": [1, 2, 2, 1, 3],
            "user_id": [2, 2, 1, 1, 1],
            "movie_id": [11, 10, 10, 11, 13],
        },
        schema=dict.fromkeys(("sas_user", "sas_item", "user_id", "movie_id"), pl.UInt16),
    ).write_parquet(folder / "ml1m_sasrec.parquet")


def write_ml_100k(folder: Path) -> None:
    """Write files of the shape of MovieLens-100K: two viewers, one time unknown."""
    pl.DataFrame(
        {
            "user_id": [2, 1, 1, 1],
            "item_id": [7, 8, 7, 9],
            "rating": [3, 5, 1, None],
            "timestamp": [START_S + DAY_S, START_S + 60, START_S, None],
        },
        schema={
            "user_id": pl.UInt16,
            "item_id": pl.UInt16,
            "rating": pl.UInt8,
            "timestamp": pl.Int64,
        },
    ).write_parquet(folder / "ml100k_ratings.parquet")
    pl.DataFrame(
        {
            "movie_id": [7, 8, 9],
            "movie_title": ["Quiet, The (1990)", "Loud (1991)", "unknown"],
            "release_date": ["01-Jan-1990", "01-Jan-1991", None],
            "unknown": [0, 0, 1],
            "Children's": [0, 1, 0],
            "Comedy": [0, 1, 0],
            "Western": [1, 0, 0],
        }
    ).write_parquet(folder / "ml100k_items.parquet")
    pl.DataFrame(
        {
            "user_id": [1, 2],
            "age": [24, 53],
            "gender": ["M", "F"],
            "occupation": ["writer", "other"],
            "zip_code": ["00000", "00001"],
        },
        schema_overrides={"user_id": pl.UInt16, "age": pl.UInt8},
    ).write_parquet(folder / "ml100k_users.parquet")


def write_ml_small(folder: Path) -> None:
    """Write files of the shape of latest-small: two viewers who agree on one tag."""
    pl.DataFrame(
        {
            "userId": [1, 1, 2],
            "movieId": [31, 40, 31],
            "rating": [2.5, 4.0, 0.5],
            "timestamp": [START_S + 5, START_S, START_S + DAY_S],
        },
        schema_overrides={"userId": pl.UInt16, "movieId": pl.UInt32, "rating": pl.Float32},
    ).write_parquet(folder / "mlsmall2016_ratings.parquet")
    pl.DataFrame(
        {
            "movieId": [31, 40, 41],
            "title": ["Dusk, The (1995)", "Noon (1996)", "Nobody Came"],
            "genres": ["Drama", "Comedy|IMAX", "(no genres listed)"],
        }
    ).write_parquet(folder / "mlsmall2016_movies.parquet")
    pl.DataFrame(
        {"movieId": [31, 40], "imdbId": ["0112792", "0114148"], "tmdbId": [9909, None]}
    ).write_parquet(folder / "mlsmall2016_links.parquet")
    pl.DataFrame(
        {
            "userId": [1, 2, 1],
            "movieId": [31, 31, 40],
            "tag": ["Slow", "slow", "alone"],
            "timestamp": [START_S] * 3,
        }
    ).write_parquet(folder / "mlsmall2016_tags.parquet")
