import pytest
from hypothesis import given
from hypothesis import strategies as st

from effort import effort
from promisekeeper.core.htmltext import MAX_CHARACTERS, html_to_text
from promisekeeper.core.quoting import own_words


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        pytest.param("", "", id="nothing"),
        pytest.param("plain &amp; simple", "plain & simple", id="no elements"),
        pytest.param("<p>one</p><p>two</p>", "one\n\ntwo", id="paragraphs"),
        pytest.param("<div>one</div><div>two</div>", "one\ntwo", id="lines"),
        pytest.param("one<br>two<br><br>three", "one\ntwo\n\nthree", id="breaks"),
        pytest.param("<div>one</div><div><br></div><div>two</div>", "one\n\ntwo", id="empty line"),
        pytest.param("<p class=MsoNormal>a</p><p class=MsoNormal>b</p>", "a\nb", id="tight"),
        pytest.param(
            "<p class=MsoNormal>a</p><p class=MsoNormal><o:p>&nbsp;</o:p></p>b",
            "a\n\nb",
            id="empty line of Outlook",
        ),
        pytest.param("<p>a\n  b <b>c</b>d</p>", "a b cd", id="wrapped source"),
        pytest.param("<ul><li>a<li>b</ul>", "- a\n- b", id="list"),
        pytest.param("<ol><li><p>a</p></li><li>b</li></ol>", "- a\n\n- b", id="loose list"),
        pytest.param(
            "<p class=MsoListParagraph><span style='mso-list:Ignore'>1.<span>&nbsp; </span></span>"
            "a</p><p class=MsoListParagraphCxSpLast><span style='mso-list:Ignore'>o </span>b</p>",
            "- a\n- b",
            id="list of Outlook",
        ),
        pytest.param(
            "<table><tr><td>Due</td><td>Friday</td></tr><tr><td>Sum</td><td>9</td></tr></table>",
            "Due Friday\nSum 9",
            id="table",
        ),
        pytest.param("<pre>a\n  b</pre>c", "a\n  b\n\nc", id="preformatted"),
        pytest.param('see <a href="https://x.example">the page</a>', "see the page", id="link"),
        pytest.param("a<script>b</script><style>c</style>d<!-- e -->", "ad", id="never shown"),
        pytest.param('a<span style="display: none">b</span>c', "ac", id="hidden by style"),
        pytest.param("a<div hidden>b</div>c", "ac", id="hidden by attribute"),
        pytest.param('<div style="max-height:0px">b</div>c', "c", id="preview text"),
        pytest.param("a\u200bb&shy;c&#8238;d\x07", "abcd", id="unprintable"),
        pytest.param("a &#xD800; b", "a \ufffd b", id="surrogate"),
        pytest.param("<div>" * 300 + "deep", "deep", id="300 deep"),
        pytest.param("a < b and <unknown>c</unknown>", "a < b and c", id="loose bracket"),
    ],
)
def test_text_is_what_a_reader_sees(html: str, expected: str) -> None:
    assert html_to_text(html) == expected


QUOTED = "They will pay."


@pytest.mark.parametrize(
    "html",
    [
        pytest.param("Mine.<blockquote>{}</blockquote>", id="blockquote"),
        pytest.param('Mine.<blockquote type="cite" style="border:none">{}</blockquote>', id="cite"),
        pytest.param(
            'Mine.<blockquote style="border:none;border-left:2px solid">{}</blockquote>', id="bar"
        ),
        pytest.param('Mine.<div class="yahoo_quoted" id="yahoo_quoted_1">x {}</div>', id="yahoo"),
        pytest.param('Mine.<div class="ydp7f1b2yahoo_quoted">x {}</div>', id="new yahoo"),
        pytest.param('Mine.<div id="x_divRplyFwdMsg">From</div><p>{}</p>', id="web Outlook"),
        pytest.param('Mine.<div id="appendonsend"></div><hr><p>{}</p>', id="new Outlook"),
        pytest.param('Mine.<hr id="stopSpelling"><p>{}</p>', id="hotmail"),
        pytest.param('Mine.<hr id="zwchr" data-marker="__DIVIDER__"><p>{}</p>', id="zimbra"),
        pytest.param('Mine.<div class="OutlookMessageHeader">x</div><p>{}</p>', id="Outlook 2003"),
        pytest.param('Mine.<div class="protonmail_quote">x {}</div>', id="proton"),
        pytest.param('Mine.<div class="moz-forward-container">x {}</div>', id="forward"),
        pytest.param(
            'Mine.<div class="moz-cite-prefix">Ve X zzzz:</div><blockquote>{}</blockquote>',
            id="attribution in any language",
        ),
        pytest.param(
            'Mine.<div class="gmail_quote"><div class="gmail_attr">Ve X zzzz:</div>\n'
            "<blockquote>{}</blockquote></div>",
            id="attribution of Gmail in any language",
        ),
        pytest.param(
            "Mine.<div style='border:none;border-top:solid #E1E1E1 1.0pt'><b>Aaa:</b> x<br>"
            "<b>Bbb:</b> y<br><b>Ccc:</b> z</div><p>{}</p>",
            id="header block in any language",
        ),
    ],
)
def test_quotes_are_marked(html: str) -> None:
    text = html_to_text(html.format(QUOTED))
    assert QUOTED in text
    words = own_words(text)
    assert words.text == "Mine."
    assert words.quoted


@pytest.mark.parametrize(
    "html",
    [
        pytest.param(
            '<blockquote style="margin:0 0 0 40px;border:none">{}</blockquote>', id="indent"
        ),
        pytest.param(
            '<div class="gmail_quote"><blockquote>x</blockquote><p>{}</p></div>', id="below"
        ),
        pytest.param('<div id="appendonsend"></div>{}<hr>', id="no rule right after it"),
        pytest.param("<div style='border-top:solid'>{}</div>", id="rule without a header"),
        pytest.param(
            '<blockquote><div id="x_divRplyFwdMsg">From</div>x</blockquote><p>{}</p>',
            id="below a quote that quotes",
        ),
    ],
)
def test_own_words_are_not_marked(html: str) -> None:
    assert own_words(html_to_text(html.format("I'll pay."))).text == "I'll pay."


@pytest.mark.parametrize(
    "html",
    [
        pytest.param('<div class="gmail_signature">{}</div>', id="Gmail"),
        pytest.param("<span>-- </span><br><div class='gmail_signature'>{}</div>", id="own mark"),
        pytest.param('<pre class="moz-signature">-- \n{}</pre>', id="Thunderbird"),
        pytest.param('<div id="Signature"><p>{}</p></div>', id="web Outlook"),
        pytest.param('<div id="ms-outlook-mobile-signature">{}</div>', id="Outlook mobile"),
    ],
)
def test_signature_is_marked(html: str) -> None:
    text = html_to_text("<div>Mine.</div>" + html.format("Ann I. Reed, always on your side"))
    assert text.count("-- ") == 1
    words = own_words(text)
    assert words.text == "Mine."
    assert words.signature == "Ann I. Reed, always on your side"


def test_an_address_in_bare_brackets_is_text() -> None:
    html = "<p>From: Pia <pia@client.example><br><b>Subject:</b> x <mailto:bo@client.example></p>"
    assert html_to_text(html).split("\n") == [
        "From: Pia <pia@client.example>",
        "Subject: x <mailto:bo@client.example>",
    ]


def test_html_beyond_the_cap_is_not_read() -> None:
    text = html_to_text("<p>start</p>" + "x" * MAX_CHARACTERS + "<p>end</p>")
    assert text.startswith("start")
    assert not text.endswith("end")


@pytest.mark.parametrize(
    "piece",
    ["<div>", "<b>", "<ul><li>", "<table><tr><td>", "<!--", "</", "<", "&", "<p>", "<blockquote>a",
     "<a href='", "<o:p>", "<dd>", "<svg>", "<div style='border-top:solid'>a:", "<pre>\n",
     "<div class=gmail_signature>", "<div class=gmail_attr> ", "<blockquote><br>"],
)  # fmt: skip
def test_hostile_html_costs_little_more_than_plain_html(piece: str) -> None:
    plain = "<p>I will send you the new invoice by Friday.</p>" * 2000
    hostile = piece * (len(plain) // len(piece))
    assert effort(html_to_text, hostile) < 30 * effort(html_to_text, plain)


ELEMENTS = st.sampled_from(
    ["<p>", "</p>", "<br>", "<div>", "</div>", "<blockquote>", "</blockquote>", "<ul>", "<li>",
     "<pre>", "</pre>", "<td>", "<table>", "<div class=gmail_signature>", "<hr>", "a", " ", "\n",
     "<div id=appendonsend>", "&nbsp;", "\x00", "\ud800", "<", ">"]
)  # fmt: skip


@given(html=st.lists(st.one_of(ELEMENTS, st.text(max_size=5)), max_size=30).map("".join))
def test_any_html_is_printable_text(html: str) -> None:
    text = html_to_text(html)
    text.encode("utf-8")
    assert "\n\n\n" not in text
    assert not text.startswith("\n")
