import pytest
from hypothesis import given
from hypothesis import strategies as st

from promisekeeper.core.flowed import unwrap_flowed

LINES = st.lists(st.sampled_from([">", " ", "-- ", "a", "\xa0"]), max_size=6).map("".join)


@pytest.mark.parametrize("drops_space", [True, False])
@given(line=LINES)
def test_a_line_says_the_same_below_an_open_one(line: str, *, drops_space: bool) -> None:
    if line.startswith(">>") and not line.startswith(">>>"):
        # It would go on in the open one.
        return
    above = unwrap_flowed(">> x ", drops_space=drops_space)
    below = unwrap_flowed(line, drops_space=drops_space)
    assert unwrap_flowed(f">> x \n{line}", drops_space=drops_space) == f"{above}\n{below}"
