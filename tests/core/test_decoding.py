from promisekeeper.core.decoding import clean_text


def test_plain_text_is_cleaned_like_any_other() -> None:
    for sign in map(chr, range(0x3000)):
        assert clean_text(f"é{sign}") == f"é{clean_text(sign)}"
