"""Addresses of the committee's office. Each file of this folder owns the lines that name it."""

from django.urls import URLPattern, URLResolver, path, re_path

from marelle.web.office import agreements, applications, calls, cities, decisions, people, readings, today

app_name = "office"
urlpatterns: list[URLPattern | URLResolver] = [
    path("appels", calls.call_list, name="calls"),
    path("appels/nouveau", calls.new_call, name="new_call"),
    path("appels/<slug:code>", calls.call, name="call"),
    path("appels/<slug:code>/modifier", calls.change_call, name="change_call"),
    path("appels/<slug:code>/publier", calls.publish_call, name="publish_call"),
    path("appels/<slug:code>/clore", calls.close_call, name="close_call"),
    path("appels/<slug:code>/documents", calls.add_document, name="call_document"),
    path("candidatures/<slug:code>", applications.application, name="application"),
    path("candidatures/<slug:code>/recevable", applications.admit, name="admit"),
    path("candidatures/<slug:code>/renvoyer", applications.send_back, name="send_back"),
    path("candidatures/<slug:code>/lecteurs", applications.assign, name="assign"),
    path("candidatures/<slug:code>/avis", applications.opinion, name="opinion"),
    path("candidatures/<slug:code>/proposer", applications.propose, name="propose"),
    path("candidatures/<slug:code>/decision", applications.confirm, name="confirm"),
    path("lectures", readings.reading_list, name="readings"),
    path("lectures/<slug:code>", readings.reading, name="reading"),
    path("lectures/<slug:code>/champ", readings.save_field, name="reading_field"),
    path("lectures/<slug:code>/terminer", readings.finish, name="finish_reading"),
    path("lectures/<slug:code>/conflit", readings.step_aside, name="step_aside"),
    path("decisions", decisions.decision_list, name="decisions"),
    path("conventions", agreements.agreement_list, name="agreements"),
    path("conventions/preparer/<slug:code>", agreements.prepare, name="agreement_prepare"),
    path("conventions/<slug:code>", agreements.agreement, name="agreement"),
    path("conventions/<slug:code>/texte", agreements.write, name="agreement_write"),
    path("conventions/<slug:code>/envoyer", agreements.send, name="agreement_send"),
    path("conventions/<slug:code>/reprendre", agreements.change, name="agreement_change"),
    path("conventions/<slug:code>/signer", agreements.sign, name="agreement_sign"),
    re_path(
        r"^conventions/(?P<code>[a-z0-9]+)/(?P<which>texte|cachetee)\.pdf$",
        agreements.document,
        name="agreement_document",
    ),
    path("villes", cities.city_list, name="cities"),
    path("equipe", people.people, name="people"),
    path("equipe/inviter", people.invite, name="people_invite"),
    path("equipe/invitations/<slug:invitation>/retirer", people.withdraw, name="people_withdraw"),
    path("equipe/roles", people.give_role, name="people_give_role"),
    path("equipe/roles/<slug:membership>/terminer", people.end_role, name="people_end_role"),
    path("equipe/demandes/<slug:asked>", people.answer, name="people_answer"),
    path("equipe/journal", people.journal, name="people_journal"),
    path("", today.home, name="today"),
    path("messages", today.messages_of_place, name="messages"),
    path("messages/lus", today.mark_read, name="messages_read"),
    path("recherche", today.search_page, name="search"),
]
