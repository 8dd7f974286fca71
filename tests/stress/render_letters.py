"""Every kind of letter as it looks on a phone and on a desk, for a person to look at.

    PYTHONPATH=tests .venv/bin/python tests/stress/render_letters.py [FOLDER] [LANGUAGE ...]

Writes the text and the HTML of each sample into FOLDER (a new one in /tmp if not named), and
where Chromium is installed a picture of each at 400 and at 1000 pixels.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from letters import SAMPLES
from promisekeeper.doors.templates import TemplateTexts

WIDTHS = (400, 1000)
TALLEST = 3000


def main() -> None:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else tempfile.mkdtemp(prefix="letters-"))
    folder.mkdir(parents=True, exist_ok=True)
    texts = TemplateTexts()
    for language in sys.argv[2:] or texts.languages():
        for kind, forms in SAMPLES.items():
            for form, slots in forms.items():
                rendered = texts.render(kind, language, slots)
                name = f"{language}-{kind}-{form.replace(' ', '-')}"
                subject = f"Subject: {rendered.subject}\n\n"
                (folder / f"{name}.txt").write_text(subject + rendered.text, encoding="utf-8")
                if rendered.html:
                    page = folder / f"{name}.html"
                    page.write_text(rendered.html, encoding="utf-8")
                    take_pictures(page)
    sys.stdout.write(f"{folder}\n")


def take_pictures(page: Path) -> None:
    browser = shutil.which("chromium")
    if browser is None:
        return
    for width in WIDTHS:
        # Chromium makes no window narrower than 500: a frame in the page is as narrow as asked.
        frame = page.with_name(f"{page.stem}-{width}-frame.html")
        frame.write_text(
            f'<body style="margin:0"><iframe src="{page.name}" style="border:0; width:{width}px;'
            f' height:{TALLEST}px"></iframe></body>',
            encoding="utf-8",
        )
        subprocess.run(
            [
                browser,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--hide-scrollbars",
                f"--window-size={max(width, 500)},{TALLEST}",
                f"--screenshot={page.with_name(f'{page.stem}-{width}.png')}",
                frame.as_uri(),
            ],
            check=True,
            capture_output=True,
            timeout=60,
        )
        frame.unlink()


if __name__ == "__main__":
    main()
