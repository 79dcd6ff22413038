"""Addresses of this face."""

from django.urls import URLPattern, URLResolver, path

from marelle.web.city import agreement, application, files, plan, team, today

app_name = "city"
urlpatterns: list[URLPattern | URLResolver] = [
    path("<slug:code>/candidature", application.application, name="application"),
    path("<slug:code>/candidature/commencer", application.start, name="application_start"),
    path("<slug:code>/candidature/champ", application.save_one, name="application_field"),
    path(
        "<slug:code>/candidature/presentation",
        application.section,
        {"name": "presentation"},
        name="application_presentation",
    ),
    path(
        "<slug:code>/candidature/auto-evaluation/<slug:slug>",
        application.section,
        {"name": "self_assessment"},
        name="application_self_assessment",
    ),
    path("<slug:code>/candidature/equipe-projet", application.section, {"name": "team"}, name="application_team"),
    path("<slug:code>/candidature/plan", plan.application_plan, name="application_plan"),
    path("<slug:code>/candidature/plan/ajouter", plan.add, name="application_plan_add"),
    path("<slug:code>/candidature/plan/changer", plan.change, name="application_plan_change"),
    path("<slug:code>/candidature/documents", application.section, {"name": "documents"}, name="application_documents"),
    path("<slug:code>/candidature/documents/joindre", application.attach, name="application_attach"),
    path("<slug:code>/candidature/documents/<slug:file_code>/retirer", application.detach, name="application_detach"),
    path("<slug:code>/candidature/depot", application.submit, name="application_submit"),
    path("<slug:code>/candidature/recu", application.receipt, name="application_receipt"),
    path("<slug:code>/candidature/retirer", application.withdraw, name="application_withdraw"),
    path("<slug:code>/plan", plan.plan, name="plan"),
    path("<slug:code>/documents", files.documents, name="documents"),
    path("<slug:code>/convention", agreement.agreement, name="agreement"),
    path("<slug:code>/convention/vote", agreement.vote, name="agreement_vote"),
    path("<slug:code>/convention/signer", agreement.sign, name="agreement_sign"),
    path("<slug:code>/convention/texte.pdf", agreement.document, {"which": "texte"}, name="agreement_text"),
    path("<slug:code>/convention/cachetee.pdf", agreement.document, {"which": "cachetee"}, name="agreement_sealed"),
    path("<slug:code>/equipe", team.team, name="team"),
    path("<slug:code>/equipe/inviter", team.invite, name="team_invite"),
    path("<slug:code>/equipe/invitations/<slug:invitation>/retirer", team.withdraw, name="team_withdraw"),
    path("<slug:code>/equipe/demandes/<slug:asked>", team.answer, name="team_answer"),
    path("<slug:code>/equipe/roles", team.give_role, name="team_give_role"),
    path("<slug:code>/equipe/roles/<slug:membership>/terminer", team.end_role, name="team_end_role"),
    path("<slug:code>/equipe/reprendre/<slug:colleague>", team.take_over, name="team_take_over"),
    path("<slug:code>/equipe/delegations", team.delegate, name="team_delegate"),
    path("<slug:code>/equipe/delegations/<slug:delegation>/terminer", team.end_delegation, name="team_end_delegation"),
    path("<slug:code>/equipe/journal", team.journal, name="team_journal"),
    path("<slug:code>", today.home, name="today"),
    path("<slug:code>/", today.with_slash, name="today_with_slash"),
    path("<slug:code>/messages", today.messages_of_place, name="messages"),
    path("<slug:code>/messages/lus", today.mark_read, name="messages_read"),
    path("<slug:code>/recherche", today.search_page, name="search"),
    path("<slug:code>/agenda", today.change_feed, name="feed_change"),
    path("<slug:code>/agenda/<slug:key>.ics", today.feed, name="feed"),
]
