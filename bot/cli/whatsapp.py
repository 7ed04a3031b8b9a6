"""`vigia whatsapp-templates`: makes in Twilio what a nurse's chat needs; prints the setting."""

import click

from bot.settings import CHECKOUT, read_settings


@click.command("whatsapp-templates")
@click.option(
    "--submit", is_flag=True, help="Also ask WhatsApp to approve those that need it (takes a day)."
)
def whatsapp_templates(*, submit: bool) -> None:
    """Makes the missing Content templates in the Twilio account: run again, it makes nothing twice.
    Prints each with its state, then the line for the settings."""
    from bot.channels.whatsapp.client import twilio_client
    from bot.channels.whatsapp.content_account import ContentAccount, setting
    from bot.core.ports import SendFailed
    from bot.wiring import environment

    settings = read_settings(environment())
    client = twilio_client(
        settings.twilio_account_sid, settings.twilio_auth_token, settings.twilio_api_base
    )
    account, sids = ContentAccount(client), dict[str, str]()
    try:
        for wanted, sid in account.complete(CHECKOUT / "templates"):
            sids[wanted.name] = sid
            state = "needs no approval"
            if wanted.needs_approval:
                state = account.approval(sid)
                if submit and state == "unsubmitted":
                    state = account.submit(sid, wanted)
            click.echo(f"{wanted.name:<12} {sid}  {state}")
    except SendFailed as failed:
        raise click.ClickException(
            f"Twilio did not do it ({failed.reason}). What was made before stays; run it again."
        ) from None
    click.echo(f"\nVIGIA_WHATSAPP_TEMPLATES={setting(sids)}")
