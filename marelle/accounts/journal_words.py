"""The sentence of each verb of the journal, as its readers see it. A verb without a sentence cannot be recorded."""

from django.utils.translation import gettext_lazy as _

WORDS = {
    # accounts
    "organisation_created": _("created the organisation"),
    "joined": _("joined the organisation"),
    "join_asked": _("asked to join"),
    "join_accepted": _("accepted a request to join"),
    "join_declined": _("declined a request to join"),
    "invited": _("sent an invitation"),
    "invitation_accepted": _("accepted an invitation"),
    "invitation_withdrawn": _("withdrew an invitation"),
    "role_given": _("gave a role"),
    "role_ended": _("ended a role"),
    "files_taken_over": _("took over the files of a colleague who left"),
    "delegation_recorded": _("recorded a delegation to hand in"),
    "delegation_ended": _("ended a delegation"),
    "file_added": _("added a file"),
    "file_removed": _("removed a file"),
    "refused": _("was refused"),
    "act_proposed": _("proposed an act that a second person must confirm"),
    "act_confirmed": _("confirmed what a colleague had proposed"),
    "act_declined": _("declined what a colleague had proposed"),
    "erased": _("erased a person’s words"),
    "disabled": _("closed an account"),
    # plans
    "plan_started": _("started a plan"),
    "objective_added": _("added an objective"),
    "objective_removed": _("removed an objective"),
    "objective_restored": _("put back an objective"),
    "action_added": _("added an action"),
    "action_removed": _("removed an action"),
    "action_restored": _("put back an action"),
    "indicator_added": _("added an indicator"),
    "indicator_removed": _("removed an indicator"),
    "indicator_restored": _("put back an indicator"),
    # mandates
    "call_drafted": _("prepared a call"),
    "call_changed": _("changed a call"),
    "call_published": _("published a call"),
    "call_decided": _("closed the decisions of a call"),
    "intent_declared": _("declared the intent to apply"),
    "application_started": _("started the application"),
    "submitted": _("handed in the application"),
    "sent_back": _("sent the application back to be completed"),
    "written_to": _("wrote to the city"),
    "admitted": _("declared the application admissible"),
    "assigned": _("assigned a reader"),
    "stepped_aside": _("stepped aside for a conflict of interest"),
    "review_finished": _("finished a review"),
    "opinion_given": _("recorded the commission’s opinion"),
    "decision_proposed": _("proposed the decision"),
    "decided": _("confirmed the decision"),
    "withdrawn": _("withdrew the application"),
    "hand_in_asked": _("told who hands in that the application is ready"),
    "plan_copied": _("filled the plan from an earlier one"),
    "answers_taken_up": _("took up the answers of the previous application"),
    "lapsed": _("let the application lapse, not handed in"),
    "voted": _("recorded the council’s vote"),
    "agreement_prepared": _("prepared the agreement"),
    "agreement_sent": _("sent the agreement for signature"),
    "agreement_changed": _("took the agreement back to change it"),
    "signed": _("signed the agreement"),
    "sealed": _("sealed the agreement"),
    "mandate_started": _("started the mandate"),
    "mandate_ended": _("ended the mandate"),
}

ACTS_OF_READERS = frozenset({"review_finished", "stepped_aside"})  # a city is not told who reads its dossier
SOMEONE = _("Someone")
PLATFORM = _("The platform")
ERASED = _("(these words have been erased)")
