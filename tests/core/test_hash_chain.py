"""A link changes with any field and with what came before it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from encours.core.hash_chain import GENESIS, canonical_json, link_of

_FIELDS = st.dictionaries(st.text(max_size=8), st.text(max_size=8) | st.integers(), max_size=4)


@given(_FIELDS, _FIELDS)
def test_two_sets_of_fields_have_one_link_only_if_they_are_equal(
    one: dict[str, str | int], other: dict[str, str | int]
) -> None:
    assert (link_of(GENESIS, one) == link_of(GENESIS, other)) == (one == other)


@given(_FIELDS)
def test_a_link_depends_on_the_one_before_it(fields: dict[str, str | int]) -> None:
    assert link_of(GENESIS, fields) != link_of("1" * 64, fields)


def test_a_known_link_never_changes_from_one_release_to_the_next() -> None:
    assert (
        link_of(GENESIS, {"reference": "TC-1", "size": 3, "filename": "é"})
        == "f24763c08cf0e2384e560019f9ceb405f6c1c824d1fd0b9e44d24a3ee2169046"
    )


def test_canonical_json_has_one_order_and_no_float() -> None:
    assert canonical_json({"b": 1, "a": [True, None, "é"]}) == '{"a":[true,null,"é"],"b":1}'
    with pytest.raises(TypeError, match="float"):
        canonical_json({"a": [1.5]})
