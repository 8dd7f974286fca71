"""What the mail of well-known contact forms looks like: senders, headers and labels.

A preset spares a user the mapping; whatever the user says takes its place. Labels stand in the
languages that the plug-ins are translated to, the commonest first.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

NAMES = (
    "Name",
    "Your name",
    "Your Name (required)",
    "Full name",
    "Contact name",
    "Sent by",
    "Ihr Name",
    "Dein Name",
    "Vor- und Nachname",
    "Vollständiger Name",
    "Nom",
    "Votre nom",
    "Nom complet",
    "Nom et prénom",
    "Nombre",
    "Su nombre",
    "Tu nombre",
    "Nombre completo",
    "Nombre y apellidos",
    "Nome",
    "Il tuo nome",
    "Nome e cognome",
    "O seu nome",
    "Seu nome",
    "Nome completo",
    "Naam",
    "Uw naam",
    "Je naam",
    "Namn",
    "Ditt namn",
    "Navn",
    "Dit navn",
    "Ditt navn",
    "Imię i nazwisko",
    "Twoje imię",
    "Nimi",
    "Jméno",
    "Név",
    "Имя",
    "Ваше имя",
    "お名前",
    "氏名",
    "姓名",
)
FIRST_NAMES = (
    "First name",
    "Given name",
    "Vorname",
    "Prénom",
    "Nombre de pila",
    "Nome proprio",
    "Voornaam",
    "Förnamn",
    "Fornavn",
    "Imię",
)
LAST_NAMES = (
    "Last name",
    "Surname",
    "Family name",
    "Nachname",
    "Nom de famille",
    "Apellido",
    "Apellidos",
    "Cognome",
    "Sobrenome",
    "Achternaam",
    "Efternamn",
    "Etternavn",
    "Efternavn",
    "Nazwisko",
)
EMAILS = (
    "Email",
    "E-mail",
    "Your email",
    "Your e-mail",
    "Email address",
    "E-mail address",
    "Mail",
    "Contact email",
    "E-Mail-Adresse",
    "Ihre E-Mail",
    "Ihre E-Mail-Adresse",
    "Deine E-Mail-Adresse",
    "Adresse e-mail",
    "Adresse email",
    "Adresse de messagerie",
    "Votre e-mail",
    "Votre adresse e-mail",
    "Courriel",
    "Correo",
    "Correo electrónico",
    "Su correo electrónico",
    "Tu correo electrónico",
    "Indirizzo e-mail",
    "Indirizzo email",
    "La tua email",
    "Endereço de e-mail",
    "O seu e-mail",
    "Seu e-mail",
    "E-mailadres",
    "Uw e-mail",
    "E-post",
    "E-postadress",
    "E-postadresse",
    "Din e-mail",
    "Din e-postadress",
    "Adres e-mail",
    "Twój e-mail",
    "Sähköposti",
    "Электронная почта",
    "Ваш e-mail",
    "Почта",
    "メールアドレス",
    "邮箱",
    "电子邮件",
)
SUBJECTS = (
    "Subject",
    "Your subject",
    "Topic",
    "Reason",
    "Betreff",
    "Thema",
    "Anliegen",
    "Sujet",
    "Objet",
    "Asunto",
    "Oggetto",
    "Assunto",
    "Onderwerp",
    "Ämne",
    "Emne",
    "Temat",
    "Aihe",
    "Předmět",
    "Тема",
    "件名",
    "主题",
)
MESSAGES = (
    "Message",
    "Message Body",
    "Your message",
    "Comment or Message",
    "Comment",
    "Comments",
    "Question",
    "Your question",
    "Enquiry",
    "Inquiry",
    "How can we help?",
    "Nachricht",
    "Ihre Nachricht",
    "Deine Nachricht",
    "Nachrichtentext",
    "Mitteilung",
    "Kommentar oder Nachricht",
    "Votre message",
    "Corps du message",
    "Commentaire ou message",
    "Mensaje",
    "Su mensaje",
    "Tu mensaje",
    "Cuerpo del mensaje",
    "Messaggio",
    "Il tuo messaggio",
    "Corpo del messaggio",
    "Mensagem",
    "A sua mensagem",
    "Bericht",
    "Uw bericht",
    "Meddelande",
    "Melding",
    "Besked",
    "Wiadomość",
    "Treść wiadomości",
    "Viesti",
    "Zpráva",
    "Сообщение",
    "Ваше сообщение",
    "お問い合わせ内容",
    "メッセージ本文",
    "留言",
)
# Contact Form 7 writes name and address as "From: Name <address>", in the site's language.
FROM_LINES = ("From", "Von", "De", "Da", "Van", "Från", "Fra", "Od", "Lähettäjä", "От", "差出人")

COMMON: Mapping[str, tuple[str, ...]] = {
    "name": NAMES,
    "first_name": FIRST_NAMES,
    "last_name": LAST_NAMES,
    "email": EMAILS,
    "subject": SUBJECTS,
    "message": MESSAGES,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """One plug-in or service.

    Attributes:
        senders: Where a service's mail comes from; empty where every site has its own address.
        header: A header that it writes, by which `ack learn` knows it.
        subject: A pattern that its subjects follow unless a user changed them.
        labels: Labels of its own, before the common ones.
    """

    title: str
    senders: tuple[str, ...] = ()
    header: str = ""
    subject: str = ""
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def all_labels(self) -> Mapping[str, tuple[str, ...]]:
        """Every label by which a field is known, its own first."""
        return {name: (*self.labels.get(name, ()), *labels) for name, labels in COMMON.items()}


PRESETS: Mapping[str, Preset] = {
    "contact-form-7": Preset(
        title="Contact Form 7",
        header="X-WPCF7-Content-Type",
        labels={"name": FROM_LINES, "email": FROM_LINES},
    ),
    "wpforms": Preset(title="WPForms", subject=r"^New Entry\b|^Neuer Eintrag\b|^Nouvelle entrée\b"),
    "gravity-forms": Preset(title="Gravity Forms", subject=r"^New submission from\b"),
    "elementor": Preset(title="Elementor", subject=r"^New message from\b"),
    "formspree": Preset(title="Formspree", senders=("noreply@formspree.io",)),
    "squarespace": Preset(
        title="Squarespace",
        senders=("form-submission@squarespace.info", "no-reply@squarespace.info"),
        subject=r"^(?:\[[^\]]{0,80}\]\s)?Form Submission\b",
    ),
    "netlify": Preset(title="Netlify", senders=("formresponses@netlify.com", "team@netlify.com")),
    "typeform": Preset(
        title="Typeform",
        senders=("notifications@followups.typeform.io", "notifications@typeform.com"),
    ),
    "jotform": Preset(title="Jotform", senders=("noreply@jotform.com", "noreply@formresponse.com")),
    "django": Preset(
        title="django-contact-form",
        subject=r"Message sent through the web site",
        labels={"name": ("Sent by",), "email": ("Sent by",)},
    ),
}
