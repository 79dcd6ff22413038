"""/verifier: is this document ours, and whole? The file is hashed here and not kept; no cookie, no account."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from marelle.base.doors import anyone, door
from marelle.base.files import MAX_BYTES
from marelle.mandates.queries.agreements import A_FINGERPRINT, Verdict, verify_file, verify_fingerprint
from marelle.web.parts import limits
from marelle.web.parts.addresses import client_address
from marelle.web.parts.forms_guard import same_origin
from marelle.web.public.show import show

MOST_A_MINUTE = 20  # documents from one address


class VerifyForm(forms.Form):
    """A PDF, or the fingerprint printed somewhere."""

    file = forms.FileField(
        label=gettext_lazy("The PDF file"), required=False, widget=forms.FileInput(attrs={"accept": ".pdf"})
    )
    fingerprint = forms.CharField(
        label=gettext_lazy("Or its fingerprint"),
        help_text=gettext_lazy("64 characters (SHA-256), printed at the foot of its pages."),
        max_length=200,
        required=False,
    )

    def clean_file(self):
        """Nothing beyond 20 MB is read."""
        upload = self.cleaned_data["file"]
        if upload and upload.size > MAX_BYTES:
            raise forms.ValidationError(_("This file is too heavy: 20 MB at most."))
        return upload

    def clean_fingerprint(self):
        """Sixty-four digits or letters, however spaced; less is a slip, not a document nobody knows."""
        digest = "".join(self.cleaned_data["fingerprint"].split())
        if digest and not A_FINGERPRINT.fullmatch(digest.lower()):
            told = _("A fingerprint has 64 characters, digits and letters from a to f; this one has %(count)s.")
            raise forms.ValidationError(told % {"count": len(digest)})
        return digest

    def clean(self):
        """One of the two."""
        cleaned = super().clean() or {}
        if not self.errors and not cleaned.get("file") and not cleaned.get("fingerprint", "").strip():
            raise forms.ValidationError(_("Give one or the other: the PDF, or the 64 characters of its fingerprint."))
        return cleaned


@door(anyone)
@same_origin
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Say whether a document is ours and has not changed."""
    if request.method == "POST":
        limits.count("verify", client_address(request), most=MOST_A_MINUTE, seconds=limits.MINUTE)
    form = VerifyForm(request.POST, request.FILES) if request.method == "POST" else VerifyForm()
    verdict = _verdict(form) if form.is_bound and form.is_valid() else None
    context = {"form": form, "verdict": verdict, "limit": MAX_BYTES}
    response = show(request, "public/verify.html", context, status=422 if form.errors else 200)
    if request.method == "POST":
        response.headers["Cache-Control"] = "no-store"
    return response


def _verdict(form: VerifyForm) -> Verdict:
    upload = form.cleaned_data["file"]
    return verify_file(upload.chunks()) if upload else verify_fingerprint(form.cleaned_data["fingerprint"])
