"""Addresses below /accounts/: getting in. Only those of allauth's that this house uses.

There is no sign-up and no e-mail here: an account comes from a printed card, and a forgotten
password is mended by a new card from the desk.
"""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as keys
from django.urls import path

from linshuo.web.doors import my_door
from linshuo.web.mine import cards

urlpatterns = [
    path("card/", cards.card, name="account_card"),
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("password/", my_door(account.password_change), name="account_change_password"),
    path("again/", my_door(account.reauthenticate), name="account_reauthenticate"),
    path("second/", my_door(mfa.index), name="mfa_index"),
    path("second/show/", mfa.authenticate, name="mfa_authenticate"),
    path("second/again/", my_door(mfa.reauthenticate), name="mfa_reauthenticate"),
    path("second/app/", my_door(totp.activate_totp), name="mfa_activate_totp"),
    path("second/app/off/", my_door(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("second/codes/", my_door(codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path("second/codes/new/", my_door(codes.generate_recovery_codes),
         name="mfa_generate_recovery_codes"),
    path("second/codes/file/", my_door(codes.download_recovery_codes),
         name="mfa_download_recovery_codes"),
    path("second/keys/", my_door(keys.list_webauthn), name="mfa_list_webauthn"),
    path("second/keys/add/", my_door(keys.add_webauthn), name="mfa_add_webauthn"),
    path("second/keys/again/", my_door(keys.reauthenticate_webauthn),
         name="mfa_reauthenticate_webauthn"),
    path("second/keys/<int:pk>/off/", my_door(keys.remove_webauthn), name="mfa_remove_webauthn"),
    path("second/keys/<int:pk>/", my_door(keys.edit_webauthn), name="mfa_edit_webauthn"),
]  # fmt: skip
