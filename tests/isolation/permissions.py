"""Roles x addresses, by hand (settled 27): one row an address and stage, one column a role.

Columns: VI a visitor; NO signed in without a role; CR CE CA CA2 EL of the organisation in the address (CA holds a recorded
delegation, CA2 does not); FA an administrator of another one; RV the reader of its dossier, RV2 one who is not; CM BD PO PA
AN of the committee.

A cell is three letters: reading it, sending its form, any other verb. `o` shown, `g` led elsewhere, `m` may (done, or told
what is wrong with the form or the stage), `i` asked to sign in, `n` no (403), `-` does not exist (404), `x` no such verb
(405), `u` out of order (503: no worker runs in tests). A session here has a fresh proof.

A stage is a town of `world`: draft, handed in, read by its reader, member, withdrawn. `*`: all those of `STAGES`.
"""

COLUMNS = ("VI", "NO", "CR", "CE", "CA", "CA2", "EL", "FA", "RV", "RV2", "CM", "BD", "PO", "PA", "AN")
ONE = ("member",)
DOSSIER = ("draft", "handed", "read")
READING = ("read",)
STAGES = {  # of an address, else of its face when something stands in it
    "city": ("draft", "member"),
    "city:application_kept": ("draft", "withdrawn"),
    "city:amendment_kept": ONE,
    "city:agreement_copy": ONE,
    "city:agreement_amendment": ONE,
    "city:agreement_amendment_text": ONE,
    "public:plan_change": ONE,
    "city:group_code_act": ("member",),
    "public": ("draft", "member"),
    **dict.fromkeys(("city:report", "city:report_field", "city:report_paper"), ONE),
    **dict.fromkeys(
        ("city:report_submit", "city:report_tell", "public:report", "public:report_paper", "public:report_text"), ONE
    ),
    "office:application": DOSSIER,
    "office:application_conversation": DOSSIER,
    "office:application_conversation_file": DOSSIER,
    "office:application_notes": DOSSIER,
    "office:pair": DOSSIER,
    "office:admit": DOSSIER,
    "office:send_back": DOSSIER,
    "office:more_time": DOSSIER,
    "office:more_time_answer": DOSSIER,
    **dict.fromkeys(
        ("office:hearing", "office:hearing_cancel", "office:hearing_minutes", "office:hearing_sheet"), DOSSIER
    ),
    "office:assign": DOSSIER,
    "office:opinion": DOSSIER,
    "office:propose": DOSSIER,
    "office:confirm": DOSSIER,
    "office:decision_letter": DOSSIER,
    "office:agreement_prepare": DOSSIER,
    "office:practice": ("draft", "member"),
    "office:practice_back": ("draft", "member"),
    "office:practice_act": ("draft", "member"),
    "city:testimony": ONE,
    "city:action_note": ONE,
    "city:action_note_act": ONE,
    "city:action_note_photo": ONE,
    "public:note_photo": ONE,
    "city:testimony_act": ONE,
    "city:testimony_picture": ONE,
    "city:step_done": ONE,
    "public:testimony_picture": ONE,
    "office:reading": READING,
    "office:reading_field": READING,
    "office:finish_reading": READING,
    "office:step_aside": READING,
    "office:begin_reading": READING,
    "office:reading_sign": READING,
    "office:reopen_reading": READING,
    "office:take_back_reading": READING,
    "office:remark": READING,
    "office:remarks": DOSSIER,
}
TABLE = """
#                                                 VI  NO  CR  CE  CA  CA2 EL  FA  RV  RV2 CM  BD  PO  PA  AN
# Anyone's pages: the same for everybody.
public:accessibility                  *           all oxx
public:call                           *           all oxx
public:calls_feed                     *           all oxx
public:card                           draft       all -xx
public:card                           member      all oxx
public:cities                         *           all oxx
public:child_page                     draft       all -xx
public:child_page                     member      all oxx
public:group_rating                   *           all omx
public:proposals                      draft       all -xx
public:proposals                      member      all oxx
public:cities_csv                     *           all oxx
public:cities_geojson                 *           all oxx
public:cities_json                    *           all oxx
public:city                           *           all oxx
public:city_figures                   draft       all -xx
public:city_figures                   member      all oxx
public:compare                        draft       all -xx
public:compare                        member      all oxx
public:document                       *           all oxx
public:consultation                   *           all oxx
public:consultation_home              *           all -xx
public:kit                            *           all oxx
public:kit_document                   *           all oxx
public:asked                          draft       all omx
public:asked                          member      all --x
public:partner_confirm                *           all omx
public:poster                         *           all -xx
public:boxes                          *           all --x
public:projector                      *           all --x
public:relay                          *           all o-x
public:relay_register                 *           all --x
public:sitting_open                   *           all omx
public:results                        *           all oxx
public:results_children               *           all oxx
public:results_csv                    *           all oxx
public:results_method                 *           all oxx
public:results_place                  *           all oxx
public:results_places                 *           all oxx
public:results_place_report    *           all -xx
public:results_press_kit       *           all -xx
public:results_research        *           all oxx
public:results_report          *           all -xx
public:results_question               *           all oxx
public:results_vignette               *           all oxx
public:eligibility                    *           all oxx
public:evaluation                     *           all -xx
public:evaluations                    *           all oxx
public:evaluation_number              *           all -xx
public:favicon                        *           all gxx
public:feed                           *           all oxx
public:health                         *           all uxx
public:home                           *           all oxx
public:join                           *           all oxx
public:my_commune                     *           all oxx
public:network                        *           all oxx
public:network_domain                 *           all -xx
public:network_indicator              *           all -xx
public:open_data                      *           all oxx
public:open_data_file                 *           all oxx
public:open_catalogue                 *           all gxx
public:open_catalogue_file            *           all oxx
public:results_data                   *           all oxx
public:results_data_file              *           all -xx
public:badge                          draft       all -xx
public:badge                          member      all oxx
public:city_feed                      draft       all -xx
public:city_feed                      member      all oxx
public:follow                         draft       all --x
public:follow                         member      all omx
public:follow_confirm                 draft       all --x
public:follow_confirm                 member      all omx
public:follow_stop                    *           all omx
public:note_photo                     *           all -xx
public:vignette                       draft       all -xx
public:vignette                       member      all oxx
public:pieces                         *           all -xx
public:privacy                        *           all oxx
public:plan_change                    *           all oxx
public:promise                        draft       all -xx
public:promise                        member      all oxx
public:robots                         *           all oxx
public:search                         *           all oxx
public:security                       *           all oxx
public:security_txt                   *           all oxx
public:sitemap                        *           all oxx
public:sitemap_part                   *           all oxx
public:sources                        *           all oxx
public:verify                         *           all omx
# The national gathering.
public:gathering                      *           all oxx
public:gathering_csv                  *           all oxx
public:gathering_declaration          *           all oxx
public:gathering_document             *           all -xx
public:gathering_ics                  *           all oxx
public:gathering_item                 *           all oxx
public:gathering_json                 *           all oxx
public:gathering_xlsx                 *           all oxx
public:gathering_xml                  *           all oxx
public:agenda                         *           all oxx
public:board                          *           all oxx
public:board_questions                *           all oxx
public:look_at_mail                   *           all oxx
public:own_page                       *           all oxx
public:own_page_act                   *           all xmx
public:own_page_board                 *           all omx
public:own_page_certificate           *           all -xx
public:own_page_data                  *           all oxx
public:own_page_details               *           all xmx
public:own_page_erase                 *           all omx
public:own_page_feed                  *           all oxx
public:own_page_feedback              *           all --x
public:own_page_link                  *           all omx
public:own_page_programme             *           all omx
public:own_page_questions             *           all oxx
public:own_page_room                  *           all omx
public:own_page_suggest               *           all xmx
public:series                         *           all oxx
public:webinar                        *           all oxx
public:webinar_document               *           all oxx
public:webinar_feed                   *           all oxx
public:webinar_register               *           all xmx
public:webinar_transcript             *           all oxx
public:webinars                       *           all oxx
public:practices                      *           all oxx
public:practices_json                 *           all oxx
public:practices_csv                  *           all oxx
public:report                         *           all oxx
public:report_paper                   *           all oxx
public:report_text                    *           all oxx
public:resources                      *           all oxx
public:rights                         *           all oxx
public:resource                       *           all oxx
public:resource_file                  *           all oxx
public:practice                       draft       all -xx
public:practice                       member      all oxx
public:practice_pdf                   draft       all -xx
public:practice_pdf                   member      all oxx
public:testimony_picture              member      all oxx
public:practice_file                  draft       all -xx
public:practice_file                  member      all oxx
# Open data.
api:api-root                          *           all ---
api:members                           *           all oxx
api:openapi-json                      *           all omm
api:territories                       *           all oxx
api:organisations                     *           all oxx
api:mandates                          *           all oxx
api:plans                             *           all oxx
api:proposals                         *           all oxx
api:objectives                        *           all oxx
api:actions                           *           all oxx
api:indicators                        *           all oxx
api:readings                          *           all oxx
api:reports                           *           all oxx
api:ratings                           *           all oxx
# One's own account, and coming in.
account:commune                       *           omx omx gmx gmx gmx gmx gmx omx omx omx omx omx omx omx omx
account:commune_code                  *           all gmx
account:details                       *           iii omx omx omx omx omx omx omx omx omx omx omx omx omx omx
account:end_session                   *           iii x-x xmx x-x x-x x-x x-x x-x x-x x-x x-x x-x x-x x-x x-x
account:end_sessions                  *           iii xmx xmx xmx xmx xmx xmx xmx xmx xmx xmx xmx xmx xmx xmx
account:file                          *           iii -xx oxx oxx oxx oxx oxx -xx oxx -xx oxx oxx oxx oxx -xx
account:home                          *           iii omm omm omm omm omm omm omm omm omm omm omm omm omm omm
account:invitation                    *           all omx
account:messages                      *           iii oxx oxx oxx oxx oxx oxx oxx oxx oxx oxx oxx oxx oxx oxx
account:messages_read                 *           iii xmx xmx xmx xmx xmx xmx xmx xmx xmx xmx xmx xmx xmx xmx
# Signing in and proving who one is; the demonstration, shut outside it.
account:identity                      *           all --x
account:identity_back                 *           all -xx
account:identity_changed              *           all -xx
account:identity_left                 *           all -xx
account:identity_start                *           all x-x
account:identity_take_back            *           iii xmx xmx xmx xmx xmx xmx xmx xmx xmx xmx xmx xmx xmx xmx
account:identity_untie                *           iii xmx xmx xmx xmx xmx xmx xmx xmx xmx xmx xmx xmx xmx xmx
account_change_password               *           iii omx gmm gmm gmm gmm gmm gmm gmm gmm gmm gmm gmm gmm gmm
account_confirm_login_code            *           iii gmm gmm gmm gmm gmm gmm gmm gmm gmm gmm gmm gmm gmm gmm
account_email                         *           iii omx omx omx omx omx omx omx omx omx omx omx omx omx omx
account_email_verification_sent       *           iii gmm gmm gmm gmm gmm gmm gmm gmm gmm gmm gmm gmm gmm gmm
account_inactive                      *           all oxx
account_login                         *           omx gmm gmm gmm gmm gmm gmm gmm gmm gmm gmm gmm gmm gmm gmm
account_logout                        *           gmx omx omx omx omx omx omx omx omx omx omx omx omx omx omx
account_reauthenticate                *           iii omx gmm gmm gmm gmm gmm gmm gmm gmm gmm gmm gmm gmm gmm
account_request_login_code            *           omx gmm gmm gmm gmm gmm gmm gmm gmm gmm gmm gmm gmm gmm gmm
account_reset_password                *           all omx
account_reset_password_done           *           all oxx
account_reset_password_from_key       *           all omm
account_reset_password_from_key_done  *           all oxx
account_set_password                  *           iii gmm omx omx omx omx omx omx omx omx omx omx omx omx omx
account_signup                        *           all gmm
demo                                  *           all -xx
demo_enter                            *           all x-x
demo_letters                          *           all -xx
mfa_activate_totp                     *           iii gmm gmm gmm gmm gmm gmm gmm gmm gmm gmm gmm gmm gmm gmm
mfa_add_webauthn                      *           iii gmm gmm gmm gmm gmm gmm gmm gmm gmm gmm gmm gmm gmm gmm
mfa_authenticate                      *           iii gmm gmm gmm gmm gmm gmm gmm gmm gmm gmm gmm gmm gmm gmm
mfa_deactivate_totp                   *           iii --- gmm gmm gmm gmm gmm gmm gmm gmm gmm gmm gmm gmm gmm
mfa_download_recovery_codes           *           iii --- --- --- --- --- --- --- --- --- --- --- --- --- ---
mfa_edit_webauthn                     *           iii gmm gmm gmm gmm gmm gmm gmm gmm gmm gmm gmm gmm gmm gmm
mfa_generate_recovery_codes           *           iii gmm gmm gmm gmm gmm gmm gmm gmm gmm gmm gmm gmm gmm gmm
mfa_index                             *           iii oxx oxx oxx oxx oxx oxx oxx oxx oxx oxx oxx oxx oxx oxx
mfa_login_webauthn                    *           iii gmm gmm gmm gmm gmm gmm gmm gmm gmm gmm gmm gmm gmm gmm
mfa_reauthenticate                    *           iii gmm omx omx omx omx omx omx omx omx omx omx omx omx omx
mfa_reauthenticate_webauthn           *           iii gmm gmm gmm gmm gmm gmm gmm gmm gmm gmm gmm gmm gmm gmm
mfa_remove_webauthn                   *           iii gmm gmm gmm gmm gmm gmm gmm gmm gmm gmm gmm gmm gmm gmm
mfa_view_recovery_codes               *           iii -mx -mx -mx -mx -mx -mx -mx -mx -mx -mx -mx -mx -mx -mx
office_without_slash                  *           iii --- --- --- --- --- --- --- gxx gxx gxx gxx gxx gxx gxx
# A workspace: its own people; for all others it does not exist.
city:action                           *           iii --- oxx oxx oxx oxx oxx --- --- --- --- --- --- --- ---
city:action_move                      *           iii --- xnx xmx xmx xmx xmx --- --- --- --- --- --- --- ---
city:action_note                      *           iii --- onx omx omx omx omx --- --- --- --- --- --- --- ---
city:action_note_act                  *           iii --- xnx xmx xmx xmx xmx --- --- --- --- --- --- --- ---
city:action_note_photo                *           iii --- oxx oxx oxx oxx oxx --- --- --- --- --- --- --- ---
city:action_notes                     *           iii --- onx omx omx omx omx --- --- --- --- --- --- --- ---
city:action_service                   *           iii --- xnx xmx xmx xmx xmx --- --- --- --- --- --- --- ---
city:handover                         *           iii --- onx onx omx omx onx --- --- --- --- --- --- --- ---
city:handover_close                   *           iii --- xnx xmx xmx xmx xmx --- --- --- --- --- --- --- ---
city:handover_paper                   *           iii --- oxx oxx oxx oxx oxx --- --- --- --- --- --- --- ---
city:indicator                        *           iii --- onx omx omx omx omx --- --- --- --- --- --- --- ---
city:amendment                        draft       iii --- --x --x --x --x --x --- --- --- --- --- --- --- ---
city:amendment                        member      iii --- gnx omx omx omx omx --- --- --- --- --- --- --- ---
city:amendment_add                    draft       iii --- x-x x-x x-x x-x x-x --- --- --- --- --- --- --- ---
city:amendment_add                    member      iii --- xnx xmx xmx xmx xmx --- --- --- --- --- --- --- ---
city:amendment_begin                  draft       iii --- x-x x-x x-x x-x x-x --- --- --- --- --- --- --- ---
city:amendment_begin                  member      iii --- xnx xmx xmx xmx xmx --- --- --- --- --- --- --- ---
city:amendment_catch_up               draft       iii --- x-x x-x x-x x-x x-x --- --- --- --- --- --- --- ---
city:amendment_catch_up               member      iii --- xnx xmx xmx xmx xmx --- --- --- --- --- --- --- ---
city:amendment_change                 draft       iii --- x-x x-x x-x x-x x-x --- --- --- --- --- --- --- ---
city:amendment_change                 member      iii --- xnx xmx xmx xmx xmx --- --- --- --- --- --- --- ---
city:amendment_cover                  draft       iii --- x-x x-x x-x x-x x-x --- --- --- --- --- --- --- ---
city:amendment_cover                  member      iii --- xnx xmx xmx xmx xmx --- --- --- --- --- --- --- ---
city:amendment_field                  draft       iii --- x-x x-x x-x x-x x-x --- --- --- --- --- --- --- ---
city:amendment_field                  member      iii --- xnx xmx xmx xmx xmx --- --- --- --- --- --- --- ---
city:amendment_kept                   *           iii --- oxx oxx oxx oxx oxx --- --- --- --- --- --- --- ---
city:amendment_read                   draft       iii --- --x --x --x --x --x --- --- --- --- --- --- --- ---
city:amendment_read                   member      iii --- onx onx omx onx omx --- --- --- --- --- --- --- ---
city:amendment_withdraw               draft       iii --- --x --x --x --x --x --- --- --- --- --- --- --- ---
city:amendment_withdraw               member      iii --- onx omx omx omx omx --- --- --- --- --- --- --- ---
city:agreement                        *           iii --- oxx oxx oxx oxx oxx --- --- --- --- --- --- --- ---
city:agreement_sealed                 draft       iii --- -xx -xx -xx -xx -xx --- --- --- --- --- --- --- ---
city:agreement_sealed                 member      iii --- oxx oxx oxx oxx oxx --- --- --- --- --- --- --- ---
city:agreement_amendments             draft       iii --- --x --x --x --x --x --- --- --- --- --- --- --- ---
city:agreement_amendments             member      iii --- onx onx omx onx omx --- --- --- --- --- --- --- ---
city:agreement_amendment              member      iii --- onx onx onx onx omx --- --- --- --- --- --- --- ---
city:agreement_amendment_text         member      iii --- oxx oxx oxx oxx oxx --- --- --- --- --- --- --- ---
city:agreement_copy                   member      iii --- oxx oxx oxx oxx oxx --- --- --- --- --- --- --- ---
city:agreement_paper                  draft       iii --- --x --x --x --x --x --- --- --- --- --- --- --- ---
city:agreement_paper                  member      iii --- onx onx omx onx omx --- --- --- --- --- --- --- ---
city:agreement_refuse                 draft       iii --- x-x x-x x-x x-x x-x --- --- --- --- --- --- --- ---
city:agreement_refuse                 member      iii --- xnx xnx xnx xnx xmx --- --- --- --- --- --- --- ---
city:agreement_sign                   draft       iii --- --x --x --x --x --x --- --- --- --- --- --- --- ---
city:agreement_sign                   member      iii --- onx onx onx onx omx --- --- --- --- --- --- --- ---
city:renounce                         draft       iii --- --x --x --x --x --x --- --- --- --- --- --- --- ---
city:renounce                         member      iii --- onx onx onx onx omx --- --- --- --- --- --- --- ---
city:agreement_text                   draft       iii --- -xx -xx -xx -xx -xx --- --- --- --- --- --- --- ---
city:agreement_text                   member      iii --- oxx oxx oxx oxx oxx --- --- --- --- --- --- --- ---
city:agreement_vote                   *           iii --- xmx xmx xmx xmx xmx --- --- --- --- --- --- --- ---
city:application                      *           iii --- oxx oxx oxx oxx oxx --- --- --- --- --- --- --- ---
city:application_attach               *           iii --- xnx xmx xmx xmx xmx --- --- --- --- --- --- --- ---
city:application_conversation         *           iii --- onx omx omx omx omx --- --- --- --- --- --- --- ---
city:application_conversation_file    *           iii --- oxx oxx oxx oxx oxx --- --- --- --- --- --- --- ---
city:application_detach               *           iii --- xnx xmx xmx xmx xmx --- --- --- --- --- --- --- ---
city:application_documents            *           iii --- omx omx omx omx omx --- --- --- --- --- --- --- ---
city:application_field                *           iii --- xnx xmx xmx xmx xmx --- --- --- --- --- --- --- ---
city:application_kept                 *           iii --- -xx -xx -xx -xx -xx --- --- --- --- --- --- --- ---
city:application_kept                 withdrawn   iii --- oxx oxx oxx oxx oxx --- --- --- --- --- --- --- ---
city:application_plan                 *           iii --- onx omx omx omx omx --- --- --- --- --- --- --- ---
city:bring_plan                       *           iii --- onx omx omx omx omx --- --- --- --- --- --- --- ---
city:brought                          *           iii --- nnx omx omx omx omx --- --- --- --- --- --- --- ---
city:brought_field                    *           iii --- xnx xmx xmx xmx xmx --- --- --- --- --- --- --- ---
city:brought_forget                   *           iii --- xnx xmx xmx xmx xmx --- --- --- --- --- --- --- ---
city:application_coherence            *           iii --- onx omx omx omx omx --- --- --- --- --- --- --- ---
city:application_plan_add             *           iii --- xnx xmx xmx xmx xmx --- --- --- --- --- --- --- ---
city:application_plan_change          *           iii --- xnx xmx xmx xmx xmx --- --- --- --- --- --- --- ---
city:application_plan_cover           *           iii --- xnx xmx xmx xmx xmx --- --- --- --- --- --- --- ---
city:application_presentation         *           iii --- onx omx omx omx omx --- --- --- --- --- --- --- ---
city:application_receipt              draft       iii --- gxx gxx gxx gxx gxx --- --- --- --- --- --- --- ---
city:application_receipt              member      iii --- oxx oxx oxx oxx oxx --- --- --- --- --- --- --- ---
city:application_self_assessment      *           iii --- onx omx omx omx omx --- --- --- --- --- --- --- ---
city:application_start                *           iii --- xnx xmx xmx xmx xmx --- --- --- --- --- --- --- ---
city:application_point                *           iii --- xnx xmx xmx xmx xmx --- --- --- --- --- --- --- ---
city:application_submit               draft       iii --- onx onx omx onx omx --- --- --- --- --- --- --- ---
city:application_submit               member      iii --- gmx gmx gmx gmx gmx --- --- --- --- --- --- --- ---
city:application_take_up              *           iii --- xnx xmx xmx xmx xmx --- --- --- --- --- --- --- ---
city:application_tell                 *           iii --- xnx xmx xmx xmx xmx --- --- --- --- --- --- --- ---
city:application_team                 *           iii --- onx omx omx omx omx --- --- --- --- --- --- --- ---
city:application_withdraw             *           iii --- onx onx omx onx omx --- --- --- --- --- --- --- ---
city:askings                          *           iii --- onx omx omx omx omx --- --- --- --- --- --- --- ---
city:asking_act                       *           iii --- xnx xmx xmx xmx xmx --- --- --- --- --- --- --- ---
city:council_papers                   draft       iii --- -xx -xx -xx -xx -xx --- --- --- --- --- --- --- ---
city:council_papers                   member      iii --- oxx oxx oxx oxx oxx --- --- --- --- --- --- --- ---
city:pair                             *           iii --- oxx oxx oxx oxx oxx --- --- --- --- --- --- --- ---
city:pair_act                         *           iii --- xnx xmx xmx xmx xmx --- --- --- --- --- --- --- ---
city:pair_propose                     *           iii --- xmx xmx xmx xmx xmx --- --- --- --- --- --- --- ---
city:pairs                            *           iii --- oxx oxx oxx oxx oxx --- --- --- --- --- --- --- ---
city:spreadsheet                      *           iii --- onx omx omx omx omx --- --- --- --- --- --- --- ---
city:spreadsheet_read                 *           iii --- onx omx omx omx omx --- --- --- --- --- --- --- ---
city:spreadsheet_workbook             *           iii --- oxx oxx oxx oxx oxx --- --- --- --- --- --- --- ---
city:compare                          *           iii --- oxx oxx oxx oxx oxx --- --- --- --- --- --- --- ---
city:documents                        *           iii --- oxx oxx oxx oxx oxx --- --- --- --- --- --- --- ---
city:feed                             *           all oxx
city:feed_change                      *           iii --- xmx xmx xmx xmx xmx --- --- --- --- --- --- --- ---
city:messages                         *           iii --- oxx oxx oxx oxx oxx --- --- --- --- --- --- --- ---
city:messages_read                    *           iii --- xmx xmx xmx xmx xmx --- --- --- --- --- --- --- ---
city:objective                        *           iii --- oxx oxx oxx oxx oxx --- --- --- --- --- --- --- ---
city:plan                             *           iii --- oxx oxx oxx oxx oxx --- --- --- --- --- --- --- ---
city:report                           *           iii --- onx omx omx omx omx --- --- --- --- --- --- --- ---
city:report_field                     *           iii --- xnx xmx xmx xmx xmx --- --- --- --- --- --- --- ---
city:report_paper                     *           iii --- oxx oxx oxx oxx oxx --- --- --- --- --- --- --- ---
city:report_submit                    *           iii --- onx onx omx onx omx --- --- --- --- --- --- --- ---
city:report_tell                      *           iii --- xnx xmx xmx xmx xmx --- --- --- --- --- --- --- ---
city:reports                          *           iii --- oxx oxx oxx oxx oxx --- --- --- --- --- --- --- ---
city:proposals                        *           iii --- onx omx omx omx omx --- --- --- --- --- --- --- ---
city:proposal                         *           iii --- onx omx omx omx omx --- --- --- --- --- --- --- ---
city:proposal_act                     *           iii --- xnx xmx xmx xmx xmx --- --- --- --- --- --- --- ---
city:proposal_carry_on                *           iii --- onx omx omx omx omx --- --- --- --- --- --- --- ---
city:proposal_change                  *           iii --- onx omx omx omx omx --- --- --- --- --- --- --- ---
city:results                          *           iii --- oxx oxx oxx oxx oxx --- --- --- --- --- --- --- ---
city:result_carry_on                  *           iii --- onx omx omx omx omx --- --- --- --- --- --- --- ---
city:consultation                     *           iii --- omx omx omx omx omx --- --- --- --- --- --- --- ---
city:consultation_guide               *           iii --- oxx oxx oxx oxx oxx --- --- --- --- --- --- --- ---
city:partner_link                     *           iii --- x-x x-x x-x x-x x-x --- --- --- --- --- --- --- ---
city:sitting                          *           iii --- oxx oxx oxx oxx oxx --- --- --- --- --- --- --- ---
city:sitting_act                      *           iii --- xnx xmx xmx xmx xmx --- --- --- --- --- --- --- ---
city:sitting_new                      *           iii --- --x --x --x --x --x --- --- --- --- --- --- --- ---
city:sitting_poster                   *           iii --- -xx -xx -xx -xx -xx --- --- --- --- --- --- --- ---
city:group_codes                      draft       iii --- o-x o-x o-x o-x o-x --- --- --- --- --- --- --- ---
city:group_codes                      member      iii --- onx omx omx omx omx --- --- --- --- --- --- --- ---
city:group_code_act                   *           iii --- xnx xmx xmx xmx xmx --- --- --- --- --- --- --- ---
city:child_page                       draft       iii --- o-x o-x o-x o-x o-x --- --- --- --- --- --- --- ---
city:child_page                       member      iii --- onx omx omx omx omx --- --- --- --- --- --- --- ---
city:search                           *           iii --- oxx oxx oxx oxx oxx --- --- --- --- --- --- --- ---
city:team                             *           iii --- oxx oxx oxx oxx oxx --- --- --- --- --- --- --- ---
city:team_answer                      *           iii --- xnx xnx xmx xmx xnx --- --- --- --- --- --- --- ---
city:team_delegate                    *           iii --- xnx xnx xmx xmx xnx --- --- --- --- --- --- --- ---
city:team_end_delegation              *           iii --- xnx xnx xmx xmx xnx --- --- --- --- --- --- --- ---
city:team_end_role                    *           iii --- xmx xnx xmx xmx xnx --- --- --- --- --- --- --- ---
city:team_give_role                   *           iii --- xnx xnx xmx xmx xnx --- --- --- --- --- --- --- ---
city:team_invite                      *           iii --- xnx xnx xmx xmx xnx --- --- --- --- --- --- --- ---
city:team_journal                     *           iii --- nxx nxx oxx oxx nxx --- --- --- --- --- --- --- ---
city:team_take_over                   *           iii --- nnx nnx omx omx nnx --- --- --- --- --- --- --- ---
city:team_withdraw                    *           iii --- xnx xnx xmx xmx xnx --- --- --- --- --- --- --- ---
city:today                            *           iii --- oxx oxx oxx oxx oxx --- --- --- --- --- --- --- ---
city:today_with_slash                 *           iii --- gxx gxx gxx gxx gxx --- --- --- --- --- --- --- ---
# The gathering in a workspace.
city:booklet_settle                   *           iii --- --x omx omx omx omx --- --- --- --- --- --- --- ---
city:booklet_type                     *           iii --- --x omx omx omx omx --- --- --- --- --- --- --- ---
city:booklets                         *           iii --- --x omx omx omx omx --- --- --- --- --- --- --- ---
city:booklets_print                   *           iii --- -xx oxx oxx oxx oxx --- --- --- --- --- --- --- ---
city:exchange                         *           iii --- omx omx omx omx omx --- --- --- --- --- --- --- ---
city:group                            *           iii --- -xx oxx -xx -xx -xx --- --- --- --- --- --- --- ---
city:group_act                        *           iii --- x-x xmx x-x x-x x-x --- --- --- --- --- --- --- ---
city:group_file                       *           iii --- -xx oxx -xx -xx -xx --- --- --- --- --- --- --- ---
city:groups                           *           iii --- oxx oxx oxx oxx oxx --- --- --- --- --- --- --- ---
city:testimonies                      *           iii --- oxx oxx oxx oxx oxx --- --- --- --- --- --- --- ---
city:testimony_new                    draft       iii --- --x --x --x --x --x --- --- --- --- --- --- --- ---
city:testimony_new                    member      iii --- onx omx omx omx omx --- --- --- --- --- --- --- ---
city:testimony                        member      iii --- onx omx omx omx omx --- --- --- --- --- --- --- ---
city:testimony_act                    member      iii --- xnx xmx xmx xmx xmx --- --- --- --- --- --- --- ---
city:testimony_picture                member      iii --- oxx oxx oxx oxx oxx --- --- --- --- --- --- --- ---
city:step_done                        member      iii --- xnx xmx xmx xmx xmx --- --- --- --- --- --- --- ---
city:need                             *           iii --- oxx oxx oxx oxx oxx --- --- --- --- --- --- --- ---
city:need_ask                         *           iii --- xnx xmx xmx xmx xmx --- --- --- --- --- --- --- ---
city:need_change                      *           iii --- onx omx omx omx omx --- --- --- --- --- --- --- ---
city:need_move                        *           iii --- xnx xmx xmx xmx xmx --- --- --- --- --- --- --- ---
city:need_new                         *           iii --- onx omx omx omx omx --- --- --- --- --- --- --- ---
city:needs                            *           iii --- oxx oxx oxx oxx oxx --- --- --- --- --- --- --- ---
city:ranking                          *           iii --- onx omx omx omx omx --- --- --- --- --- --- --- ---
city:gathering                        *           iii --- oxx oxx oxx oxx oxx --- --- --- --- --- --- --- ---
city:gathering_act                    *           iii --- xnx xmx xmx xmx xmx --- --- --- --- --- --- --- ---
city:gathering_choices                *           iii --- onx omx omx omx omx --- --- --- --- --- --- --- ---
city:gathering_declaration            *           iii --- onx onx onx onx omx --- --- --- --- --- --- --- ---
city:gathering_delegation             *           iii --- onx omx omx omx omx --- --- --- --- --- --- --- ---
city:gathering_reply                  *           iii --- xnx xmx xmx xmx xmx --- --- --- --- --- --- --- ---
city:meetings                         *           iii --- oxx oxx oxx oxx oxx --- --- --- --- --- --- --- ---
city:meeting                          *           iii --- -xx oxx -xx -xx -xx --- --- --- --- --- --- --- ---
city:meeting_act                      *           iii --- x-x xmx x-x x-x x-x --- --- --- --- --- --- --- ---
city:practices                        *           iii --- oxx oxx oxx oxx oxx --- --- --- --- --- --- --- ---
city:practice                         *           iii --- onx omx omx omx omx --- --- --- --- --- --- --- ---
city:practice_begin                   *           iii --- xnx xmx xmx xmx xmx --- --- --- --- --- --- --- ---
city:practice_field                   *           iii --- xnx xmx xmx xmx xmx --- --- --- --- --- --- --- ---
city:practice_describe                *           iii --- xnx xmx xmx xmx xmx --- --- --- --- --- --- --- ---
city:practice_act                     *           iii --- xnx xmx xmx xmx xmx --- --- --- --- --- --- --- ---
city:practice_attach                  *           iii --- xnx xmx xmx xmx xmx --- --- --- --- --- --- --- ---
city:take_over                        *           iii --- onx omx omx omx omx --- --- --- --- --- --- --- ---
city:adoption                         *           iii --- onx omx omx omx omx --- --- --- --- --- --- --- ---
city:which_space                      *           iii oxx oxx gxx gxx gxx gxx gxx oxx oxx oxx oxx oxx oxx oxx
# The committee's office: each role its pages; for all others it does not exist.
office:admit                          draft       iii --- --- --- --- --- --- --- nnn nnn nnn nnn x-x x-x nnn
office:admit                          handed+read iii --- --- --- --- --- --- --- nnn nnn nnn nnn xmx xmx nnn
office:agreement                      *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn oxx oxx nnn
office:agreement_change               *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn xmx xmx nnn
office:agreement_prepare              draft       iii --- --- --- --- --- --- --- nnn nnn nnn nnn --x --x nnn
office:agreement_prepare              handed+read iii --- --- --- --- --- --- --- nnn nnn nnn nnn omx omx nnn
office:agreement_amendments           *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn omx omx nnn
office:agreement_amendment            *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn onx omx nnn
office:agreement_amendment_answer     *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn xmx xmx nnn
office:agreement_amendment_text       *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn oxx oxx nnn
office:agreement_copy                 *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn oxx oxx nnn
office:agreement_paper                *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn omx omx nnn
office:agreement_paper_answer         *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn nnn x-x nnn
office:agreement_sealed               *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn oxx oxx nnn
office:agreement_send                 *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn xmx xmx nnn
office:agreement_sign                 *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn onx omx nnn
office:agreement_text                 *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn oxx oxx nnn
office:agreement_write                *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn omx omx nnn
office:agreements                     *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn oxx oxx nnn
office:application                    draft       iii --- --- --- --- --- --- --- -xx -xx -xx -xx -xx -xx -xx
office:application                    handed      iii --- --- --- --- --- --- --- -xx -xx -xx -xx oxx oxx -xx
office:application                    read        iii --- --- --- --- --- --- --- oxx -xx oxx oxx oxx oxx -xx
office:application_conversation       *           iii --- --- --- --- --- --- --- --x --x --x --x omx omx --x
office:application_conversation_file  *           iii --- --- --- --- --- --- --- -xx -xx -xx -xx oxx oxx -xx
office:application_notes              draft       iii --- --- --- --- --- --- --- --x --x --x --x --x --x --x
office:application_notes              handed      iii --- --- --- --- --- --- --- --x --x --x --x omx omx --x
office:application_notes              read        iii --- --- --- --- --- --- --- --x --x omx omx omx omx --x
office:assign                         draft       iii --- --- --- --- --- --- --- nnn nnn nnn nnn x-x x-x nnn
office:assign                         handed+read iii --- --- --- --- --- --- --- nnn nnn nnn nnn xmx xmx nnn
office:call                           *           iii --- --- --- --- --- --- --- oxx oxx oxx oxx oxx oxx oxx
office:call_answer_retire             *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn xmx xmx nnn
office:call_answers                   *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn omx omx nnn
office:call_document                  *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn nnn xmx nnn
office:calls                          *           iii --- --- --- --- --- --- --- oxx oxx oxx oxx oxx oxx oxx
office:change_call                    *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn nnn omx nnn
office:pilotage                        *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn oxx oxx nnn
office:steering_view                   *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn xmx xmx nnn
office:steering_view_drop              *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn xmx xnx nnn
office:remindings                      *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn oxx oxx nnn
office:reminding_new                   *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn xmx xmx nnn
office:reminding                       *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn omx omx nnn
office:reminding_act                   *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn xmx xmx nnn
office:mandate_officer                 *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn xmx xmx nnn
office:contact_new                     *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn omx omx nnn
office:contact                         *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn omx omx nnn
office:step_done                       *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn xmx xmx nnn
office:testimonies                     *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn oxx oxx nnn
office:testimony                       *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn oxx oxx nnn
office:testimony_act                   *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn xmx xmx nnn
office:testimony_picture               *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn oxx oxx nnn
office:cities                         *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn oxx oxx nnn
office:city_write                     *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn omx omx nnn
office:archive_call                   *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn nnn xmx nnn
office:close_call                     *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn nnn xmx nnn
office:confirm                        draft       iii --- --- --- --- --- --- --- --x --x --x --x --x --x --x
office:confirm                        handed      iii --- --- --- --- --- --- --- --x --x --x --x onx onx --x
office:confirm                        read        iii --- --- --- --- --- --- --- nnx --x nnx omx onx onx --x
office:decisions                      *           iii --- --- --- --- --- --- --- oxx oxx oxx oxx oxx oxx oxx
office:election_forget                *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn xmx xmx nnn
office:elections                      *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn omx omx nnn
office:network                         *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn nnn omx nnn
office:network_answer                  *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn nnn xmx nnn
office:network_import                  *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn nnn omx nnn
office:network_invite                  *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn nnn xmx nnn
office:network_template                *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn nnn oxx nnn
office:network_sample                  *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn nnn -xx nnn
office:more_time                       draft+handed+read iii --- --- --- --- --- --- --- nnn nnn nnn nnn nnn omx nnn
office:more_time_answer                draft+handed+read iii --- --- --- --- --- --- --- nnn nnn nnn nnn nnn xmx nnn
office:extend_call                     *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn nnn omx nnn
office:extend_call_answer              *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn nnn xmx nnn
office:finish_reading                 *           iii --- --- --- --- --- --- --- xmx x-x x-x x-x x-x x-x x-x
office:amendment                      *           iii --- --- --- --- --- --- --- --x --x onx onx omx omx --x
office:amendment_confirm              *           iii --- --- --- --- --- --- --- x-x x-x xmx xmx xnx xnx x-x
office:amendments                     *           iii --- --- --- --- --- --- --- oxx oxx oxx oxx oxx oxx oxx
office:help_numbers                   *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn omx omx nnn
office:consultation_publication       *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn onx omx nnn
office:consultation_research          *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn omx omx nnn
office:consultation_research_request  *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn onx omx nnn
office:consultation_research_undertaking * iii --- --- --- --- --- --- --- nnn nnn nnn nnn oxx oxx nnn
office:research_files                 *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn nnn nnn o-x
office:consultation_press_kit         *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn -xx -xx nnn
office:consultation_tables            *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn omx omx nnn
office:consultation_national_tables   *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn omx omx nnn
office:house                          *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn oxx oxx nnn
office:invariants                     *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn oxx oxx nnn
office:mandate                         *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn onx omx nnn
office:evaluations                     *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn oxx oxx nnn
office:evaluation                      *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn oxx oxx nnn
office:evaluation_number               *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn oxx oxx nnn
office:compare                         *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn oxx oxx nnn
office:followed                        *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn oxx oxx nnn
office:report                         *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn oxx oxx nnn
office:report_accept                  *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn xmx xmx nnn
office:report_back                    *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn xmx xmx nnn
office:report_put_off                 *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn xmx xmx nnn
office:report_paper                   *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn oxx oxx nnn
office:report_verify                  *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn xmx xmx nnn
office:reports                        *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn oxx oxx nnn
office:verify                          *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn xmx xmx nnn
office:mandate_answer                  *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn nnn xmx nnn
office:messages                       *           iii --- --- --- --- --- --- --- oxx oxx oxx oxx oxx oxx oxx
office:messages_read                  *           iii --- --- --- --- --- --- --- xmx xmx xmx xmx xmx xmx xmx
office:new_call                       *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn nnn omx nnn
office:hearing                        draft       iii --- --- --- --- --- --- --- nnn nnn nnn nnn --x --x nnn
office:hearing                        handed+read iii --- --- --- --- --- --- --- nnn nnn nnn nnn omx omx nnn
office:hearing_cancel                 draft       iii --- --- --- --- --- --- --- nnn nnn nnn nnn x-x x-x nnn
office:hearing_cancel                 handed+read iii --- --- --- --- --- --- --- nnn nnn nnn nnn xmx xmx nnn
office:hearing_minutes                draft       iii --- --- --- --- --- --- --- nnn nnn nnn nnn x-x x-x nnn
office:hearing_minutes                handed+read iii --- --- --- --- --- --- --- nnn nnn nnn nnn xmx xmx nnn
office:hearing_sheet                  draft       iii --- --- --- --- --- --- --- nnn nnn nnn nnn -xx -xx nnn
office:hearing_sheet                  handed+read iii --- --- --- --- --- --- --- nnn nnn nnn nnn oxx oxx nnn
office:hearing_slot_remove            *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn xmx xmx nnn
office:assigning                      *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn omx omx nnn
office:funnel                         *           iii --- --- --- --- --- --- --- oxx oxx oxx oxx oxx oxx oxx
office:side_by_side                   *           iii --- --- --- --- --- --- --- oxx oxx oxx oxx oxx oxx oxx
office:bundle                         *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn omx omx nnn
office:bundle_file                    *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn oxx -xx nnn
office:sessions                       *           iii --- --- --- --- --- --- --- onx onx onx onx omx omx onx
office:session                        *           iii --- --- --- --- --- --- --- -xx -xx oxx oxx oxx oxx -xx
office:session_change                 *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn omx omx nnn
office:session_agenda                 *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn xmx xmx nnn
office:session_propose                *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn nnn omx nnn
office:session_confirm                *           iii --- --- --- --- --- --- --- x-x x-x xnx xmx xnx xnx x-x
office:session_hold                   *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn xmx xmx nnn
office:session_minutes                *           iii --- --- --- --- --- --- --- -xx -xx oxx oxx oxx oxx -xx
office:session_letters                *           iii --- --- --- --- --- --- --- -xx -xx oxx oxx oxx oxx -xx
office:decision_letter                draft       iii --- --- --- --- --- --- --- -xx -xx -xx -xx -xx -xx -xx
office:decision_letter                handed      iii --- --- --- --- --- --- --- -xx -xx -xx -xx -xx -xx -xx
office:decision_letter                read        iii --- --- --- --- --- --- --- nxx -xx nxx oxx oxx oxx -xx
office:hearing_slots                  *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn omx omx nnn
office:opinion                        draft       iii --- --- --- --- --- --- --- --x --x --x --x --x --x --x
office:opinion                        handed      iii --- --- --- --- --- --- --- --x --x --x --x omx omx --x
office:opinion                        read        iii --- --- --- --- --- --- --- nnx --x omx nnx omx omx --x
office:group                          *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn oxx oxx nnn
office:group_act                      *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn xmx xmx nnn
office:group_file                     *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn oxx oxx nnn
office:group_members                  *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn xmx xmx nnn
office:groups                         *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn omx omx nnn
office:need                           *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn oxx oxx nnn
office:need_take_up                   *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn xmx xmx nnn
office:needs                          *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn oxx oxx nnn
office:ranking                        *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn oxx oxx nnn
office:rankings                       *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn omx omx nnn
office:people                         *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn oxx oxx nnn
office:people_answer                  *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn xmx xmx nnn
office:pair                           draft       iii --- --- --- --- --- --- --- -xx -xx -xx -xx -xx -xx -xx
office:pair                           handed      iii --- --- --- --- --- --- --- -xx -xx -xx -xx oxx oxx -xx
office:pair                           read        iii --- --- --- --- --- --- --- oxx -xx oxx oxx oxx oxx -xx
office:people_end_role                *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn nnn xmx nnn
office:people_erase                   *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn nnn xmx nnn
office:people_give_role               *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn nnn xmx nnn
office:people_invite                  *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn nnn xmx nnn
office:identities                     *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn nnn oxx nnn
office:identity_answer                *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn nnn x-x nnn
office:merge                          *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn nnn omx nnn
office:merge_answer                   *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn nnn x-x nnn
office:merge_propose                  *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn nnn xmx nnn
office:people_journal                 *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn nnn oxx nnn
office:people_leave                   *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn nnn xmx nnn
office:people_withdraw                *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn nnn xmx nnn
office:propose                        draft       iii --- --- --- --- --- --- --- --x --x --x --x --x --x --x
office:propose                        handed      iii --- --- --- --- --- --- --- --x --x --x --x nnx omx --x
office:propose                        read        iii --- --- --- --- --- --- --- nnx --x nnx nnx nnx omx --x
office:publish_call                   *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn nnn xmx nnn
office:reading                        *           iii --- --- --- --- --- --- --- omx --x --x --x --x --x --x
office:reading_field                  *           iii --- --- --- --- --- --- --- xmx x-x x-x x-x x-x x-x x-x
office:begin_reading                  *           iii --- --- --- --- --- --- --- xmx x-x x-x x-x x-x x-x x-x
office:reading_sign                   *           iii --- --- --- --- --- --- --- xmx x-x x-x x-x x-x x-x x-x
office:take_back_reading              *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn xmx xmx nnn
office:reopen_reading                 *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn omx omx nnn
office:remarks                        draft       iii --- --- --- --- --- --- --- x-x x-x x-x x-x x-x x-x x-x
office:remarks                        handed      iii --- --- --- --- --- --- --- x-x x-x x-x x-x xmx xmx x-x
office:remarks                        read        iii --- --- --- --- --- --- --- xmx x-x xnx xnx xmx xmx x-x
office:remark                         *           iii --- --- --- --- --- --- --- xmx x-x xnx xnx xmx xmx x-x
office:ties                           *           iii --- --- --- --- --- --- --- omx omx omx omx omx omx omx
office:tie_end                        *           iii --- --- --- --- --- --- --- xmx x-x x-x x-x x-x x-x x-x
office:times                          *           iii --- --- --- --- --- --- --- omx omx omx omx omx omx omx
office:reading_view                   *           iii --- --- --- --- --- --- --- xmx xmx xnx xnx xnx xnx xnx
office:reading_view_drop              *           iii --- --- --- --- --- --- --- xmx x-x x-x x-x x-x x-x x-x
office:readings                       *           iii --- --- --- --- --- --- --- oxx oxx oxx oxx oxx oxx oxx
office:search                         *           iii --- --- --- --- --- --- --- oxx oxx oxx oxx oxx oxx oxx
office:send_back                      draft       iii --- --- --- --- --- --- --- nnn nnn nnn nnn --x --x nnn
office:send_back                      handed+read iii --- --- --- --- --- --- --- nnn nnn nnn nnn omx omx nnn
office:step_aside                     *           iii --- --- --- --- --- --- --- xmx x-x x-x x-x x-x x-x x-x
office:today                          *           iii --- --- --- --- --- --- --- oxx oxx oxx oxx oxx oxx oxx
# The gathering in the office.
office:booklet_settle                 *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn omx omx nnn
office:booklet_type                   *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn omx omx nnn
office:booklets                       *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn omx omx nnn
office:booklets_print                 *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn oxx oxx nnn
office:keying                         *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn oxx oxx nnn
office:consultation                   *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn oxx oxx nnn
office:consultation_change            *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn omx omx nnn
office:consultation_clone             *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn omx omx nnn
office:consultation_freeze            *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn onx omx nnn
office:consultation_key               *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn onx omx nnn
office:consultation_new               *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn omx omx nnn
office:consultation_opening           *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn onx omx nnn
office:consultation_pilot             *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn xmx xmx nnn
office:consultation_results           *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn oxx oxx nnn
office:consultations                  *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn oxx oxx nnn
office:home_week                      *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn xmx xmx nnn
office:partner                        *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn omx omx nnn
office:partners                       *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn omx omx nnn
office:sittings                       *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn oxx oxx nnn
office:watch                          *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn oxx oxx nnn
office:questionnaire                  *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn omx omx nnn
office:questionnaire_export           *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn oxx oxx nnn
office:questionnaire_exports          *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn oxx oxx nnn
office:questionnaire_media            *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn omx omx nnn
office:questionnaire_medium           *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn oxx oxx nnn
office:questionnaire_medium_remove    *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn xmx xmx nnn
office:questionnaire_preview          *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn oxx oxx nnn
office:questionnaire_screen            *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn oxx oxx nnn
office:questionnaire_sheet            *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn oxx oxx nnn
office:questionnaire_todo             *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn omx omx nnn
office:questionnaire_version          *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn omx omx nnn
office:questionnaire_versions         *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn oxx oxx nnn
office:gathering                      *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn oxx oxx nnn
office:gathering_badges               *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn oxx oxx nnn
office:gathering_cancel               *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn xmx xmx nnn
office:gathering_change               *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn omx omx nnn
office:gathering_declaration          *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn omx omx nnn
office:gathering_declaration_new      *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn omx omx nnn
office:gathering_declaration_open     *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn xmx xmx nnn
office:gathering_door                 *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn omx omx nnn
office:gathering_arrange              *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn xmx xmx nnn
office:gathering_item                 *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn omx omx nnn
office:gathering_item_new             *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn omx omx nnn
office:gathering_item_remove          *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn xmx xmx nnn
office:gathering_new                  *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn omx omx nnn
office:gathering_outcome              *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn omx omx nnn
office:gathering_people               *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn oxx oxx nnn
office:talk_practice                  *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn xmx xmx nnn
office:gathering_practice             *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn xmx xmx nnn
office:gathering_replies              *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn oxx oxx nnn
office:gathering_sheet                *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn oxx oxx nnn
office:gathering_step                 *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn xmx xmx nnn
office:meeting                        *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn oxx oxx nnn
office:meeting_act                    *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn xmx xmx nnn
office:meeting_cancel                 *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn omx omx nnn
office:meeting_people                 *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn oxx oxx nnn
office:meetings                       *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn oxx oxx nnn
office:all_series                     *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn omx omx nnn
office:series                         *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn omx omx nnn
office:new_webinar                    *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn omx omx nnn
office:practices                      *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn oxx oxx nnn
office:practice                       draft       iii --- --- --- --- --- --- --- nnn nnn nnn nnn -xx -xx nnn
office:practice                       member      iii --- --- --- --- --- --- --- nnn nnn nnn nnn oxx oxx nnn
office:practice_back                  draft       iii --- --- --- --- --- --- --- nnn nnn nnn nnn x-x x-x nnn
office:practice_back                  member      iii --- --- --- --- --- --- --- nnn nnn nnn nnn xmx xmx nnn
office:practice_act                   draft       iii --- --- --- --- --- --- --- nnn nnn nnn nnn x-x x-x nnn
office:practice_act                   member      iii --- --- --- --- --- --- --- nnn nnn nnn nnn xmx xmx nnn
office:practice_new                   *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn omx omx nnn
office:practice_write                 *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn gmx gmx nnn
office:practice_field                 *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn xmx xmx nnn
office:resources                      *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn oxx oxx nnn
office:new_resource                   *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn omx omx nnn
office:resource                       *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn omx omx nnn
office:resource_file                  *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn xmx xmx nnn
office:resource_back                  *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn xnx xmx nnn
office:resource_act                   *           iii --- --- --- --- --- --- --- nnn nnn nnn nnn xmx xmx nnn
"""


def stages_of(name: str, *, has_parameters: bool) -> tuple[str, ...]:
    """The towns an address is tried with."""
    return STAGES.get(name) or (STAGES.get(name.partition(":")[0], ONE) if has_parameters else ONE)


def rows() -> dict[tuple[str, str], tuple[str, ...]]:
    """(address, stage or `*`) → its cells, one a column."""
    found = {}
    for line in TABLE.strip().splitlines():
        if line.startswith("#"):
            continue
        name, stages, *cells = line.split()
        full = tuple(cells[1:] * len(COLUMNS) if cells[0] == "all" else cells)
        for stage in stages.split("+"):
            found[name, stage] = full
    return found
