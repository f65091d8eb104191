"""`influencer-bot manifest`: the Slack app's description."""

import click

from bot.manifest import manifest_text


@click.command("manifest")
@click.option("--url", help="Public https address: prints the HTTP variant for it.")
@click.option(
    "--workflow-steps",
    is_flag=True,
    help="With steps for Workflow Builder: for a workspace on a paid plan, or an organisation.",
)
def command(url: str | None, workflow_steps: bool) -> None:
    """Print the manifest to create the Slack app from."""
    try:
        text = manifest_text(url, workflow_steps=workflow_steps)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    click.echo(text, nl=False)
