"""A questionnaire in four languages with everything paper has to say otherwise: bands, conditions, twins, sensitive items, a text."""

from marelle.consultations.questionnaires import Option, Part, Question, Questionnaire

LANGUAGES = ("fr", "fr-x-simple", "en", "ar")
TITLE = {"fr": "Nos droits, chaque jour", "en": "Our rights, every day", "ar": "حقوقنا كل يوم"}
HELP = (
    {"number": "119", "fr": "enfant en danger", "en": "child in danger", "ar": "طفل في خطر"},
    {"number": "3018", "fr": "harcèlement", "en": "bullying"},
)
YES_NO = (
    Option("yes", {"fr": "Oui", "en": "Yes", "ar": "نعم"}, pictogram="oui", key_in=1),
    Option("no_way", {"fr": "Non", "en": "No", "ar": "لا"}, pictogram="non", key_in=2),
)
PLACES = (
    Option("school", {"fr": "À l’école", "fr-x-simple": "École", "en": "At school", "ar": "في المدرسة"}),
    Option("home", {"fr": "À la maison", "en": "At home", "ar": "في البيت"}, wordings={"6_8": {"fr": "Chez toi"}}),
    Option("street", {"fr": "Dans la rue", "en": "In the street", "ar": "في الشارع"}),
)
OLDER = ("12_14", "15_18")
QUESTIONNAIRE = Questionnaire(
    title=TITLE,
    languages=LANGUAGES,
    parts=(
        Part(
            "rights",
            {"fr": "Mes droits", "en": "My rights", "ar": "حقوقي"},
            (
                Question(
                    "intro", "note", {"fr": "On commence doucement.", "en": "We start gently.", "ar": "نبدأ بهدوء."}
                ),
                Question(
                    "heard",
                    "one",
                    {"fr": "Les adultes t’écoutent-ils ?", "en": "Do adults listen to you?", "ar": "هل يسمعك الكبار؟"},
                    hint={"fr": "Chez toi ou ailleurs.", "en": "At home or elsewhere.", "ar": "في البيت أو خارجه."},
                    wordings={"6_8": {"fr": "Est-ce qu’on t’écoute ?", "ar": "هل يسمعونك؟"}},
                    options=YES_NO,
                    pictogram="ecole",
                    key_in=4,
                ),
                Question(
                    "where",
                    "many",
                    {"fr": "Où ?", "en": "Where?", "ar": "أين؟"},
                    options=PLACES,
                    relevance=["=", "heard", "yes"],
                ),
                Question(
                    "times",
                    "integer",
                    {"fr": "Combien de fois ?", "en": "How often?", "ar": "كم مرة؟"},
                    start=0,
                    end=10,
                    relevance=["or", ["has", "where", "school"], ["not", ["has", "where", "home"]]],
                    has_rather_not=False,
                ),
                Question(
                    "why_older",
                    "one",
                    {"fr": "Est-ce juste ?", "en": "Is it fair?", "ar": "هل هذا عدل؟"},
                    options=YES_NO,
                    relevance=["and", ["=", "age_band", "15_18"], [">=", "times", 3]],
                ),
                Question(
                    "hurt",
                    "one",
                    {"fr": "Quelqu’un t’a-t-il fait du mal ?", "en": "Has anyone hurt you?", "ar": "هل آذاك أحد؟"},
                    options=YES_NO,
                    bands=OLDER,
                    sensitive=True,
                ),
                Question(
                    "change",
                    "text",
                    {"fr": "Que faut-il changer ?", "en": "What should change?", "ar": "ما الذي يجب تغييره؟"},
                    bands=OLDER,
                    free_text=True,
                ),
            ),
        ),
        Part(
            "play",
            {"fr": "Jouer"},
            (Question("play", "one", {"fr": "Joues-tu dehors ?", "en": "Do you play outside?"}, options=YES_NO),),
        ),
    ),
)
