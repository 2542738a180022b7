"""What the commands about influence share: which issue or ask is meant, for whom somebody speaks, and who is told."""

from __future__ import annotations

from collections.abc import Sequence

from alliance.errors import Refused
from alliance.influence import Issue, PolicyAsk
from alliance.meetings import Meeting
from alliance.members import Organisation
from alliance.messages import Message
from alliance.notifications import issue_news
from bot.context import Context, NotTheirs, read_number
from storage import journal
from storage.queries import actors, influence, register
from storage.queries.recipients import spokespeople
from templates.makers.policy_asks import influence_text
from templates.phrases import Phrases

RAISERS = ("member", "partner")
"""The parts an organisation may have in the alliance to raise something: who observes, watches."""
PAGE = 25


def issue_meant(ctx: Context, typed: str) -> Issue:
    """The issue of that number; raises Refused where there is none."""
    number = read_number(typed)
    found = influence.issue(ctx.connection, ctx.alliance, number) if number is not None else None
    if found is None:
        raise Refused("no_such_issue", got=typed)
    return found


def ask_meant(ctx: Context, typed: str) -> PolicyAsk:
    """The ask of that number; raises Refused where there is none."""
    number = read_number(typed)
    found = influence.ask(ctx.connection, ctx.alliance, number) if number is not None else None
    if found is None:
        raise Refused("no_such_ask", got=typed)
    return found


# ------------------------------------------------------------------------------------------- for whom they speak


def spoken_for(ctx: Context) -> tuple[Organisation, ...]:
    """The members and partners for which whoever asks may raise and support, in Danish order of names."""
    terms = [term for term in ctx.actor.terms if term.office != ctx.actor.secretariat_office]
    mine = {*(term.organisation_id for term in terms), *ctx.actor.advised}
    joined = register.memberships(ctx.connection, ctx.alliance.id, mine) if mine else ()
    part = {m.organisation_id for m in joined if m.role in RAISERS and m.validity.covers(ctx.today)}
    return tuple(register.organisations(ctx.connection, ctx.alliance.id, ctx.today, part).values()) if part else ()


def speaker(ctx: Context, words: str) -> Organisation | Message:
    """The organisation for which whoever asks says this; where that is open, the question which (``words`` again).

    Raises NotTheirs for somebody else's, Refused for who has none.
    """
    mine = spoken_for(ctx)
    if ctx.member is not None:
        return _checked(ctx, ctx.member, mine)
    if len(mine) == 1:
        return mine[0]
    if not mine and not ctx.actor.secretariat:
        raise Refused("influence_look_only")
    names = tuple(one.name for one in mine)
    everybody = () if mine else tuple(register.member_names(ctx.connection, ctx.alliance.id).values())
    few = len(names) <= 10
    return ctx.write("choose_member", names=names if few else (), members=everybody if few else names, words=words)


def _checked(ctx: Context, member: Organisation, mine: Sequence[Organisation]) -> Organisation:
    if member.id in {one.id for one in mine}:
        return member
    if not ctx.actor.secretariat:
        raise NotTheirs("influence_not_yours", organisation=member.name)
    joined = register.memberships(ctx.connection, ctx.alliance.id, [member.id])
    if not any(m.role in RAISERS and m.validity.covers(ctx.today) for m in joined):
        raise Refused("influence_no_part", organisation=member.name)
    return member


def for_another(ctx: Context, organisation: Organisation) -> bool:
    """Whether it is said on somebody's behalf: by the secretariat, or by who advises them."""
    return organisation.id not in {term.organisation_id for term in ctx.actor.member_terms}


# ------------------------------------------------------------------------------------------------- telling, noting


def note(ctx: Context, action: str, about: str, label: str, organisation: Organisation | None = None) -> None:
    """Write it into the journal, by what it is called; for an organisation where it was said for one."""
    journal.write_down(
        ctx.connection,
        ctx.alliance.id,
        ctx.now,
        action,
        person_id=ctx.actor.person.id,
        organisation_id=organisation.id if organisation else None,
        on_behalf=organisation is not None and for_another(ctx, organisation),
        about=about,
        facts={"label": label},
    )


def note_issue(ctx: Context, action: str, issue: Issue, organisation: Organisation | None = None) -> None:
    label = ctx.say("framework.named", number=issue.number, heading=issue.heading)
    note(ctx, action, f"framework_issue:{issue.id}", label, organisation)


def note_ask(ctx: Context, action: str, ask: PolicyAsk) -> None:
    label = ctx.say("policy_ask.named", number=ask.number, recipient=ask.recipient)
    note(ctx, action, f"policy_ask:{ask.number}", label)


def tell_raised(ctx: Context, issue: Issue) -> None:
    """Tell the secretariat of a new issue; of one that was noted for a member, that member."""
    people = actors.secretariat_people(ctx.connection, ctx.alliance, ctx.today)
    if issue.on_behalf:
        people += spokespeople(ctx.connection, ctx.alliance, issue.organisation_id, issue.raised_by, ctx.today)
    _tell(ctx, issue, "raised", people)


def tell_of_step(ctx: Context, issue: Issue, occasion: str) -> None:
    """Tell who raised an issue and who supports it what became of it, each once."""
    said = [(issue.organisation_id, issue.raised_by)]
    said += [(one.organisation_id, one.person_id) for one in issue.supporters]
    people = [issue.raised_by]
    for organisation_id, person_id in said:
        people += spokespeople(ctx.connection, ctx.alliance, organisation_id, person_id, ctx.today)
    _tell(ctx, issue, occasion, people)


def _tell(ctx: Context, issue: Issue, occasion: str, people: Sequence[int]) -> None:
    me = ctx.actor.person.id
    ctx.post_each(issue_news(issue.id, occasion, person) for person in dict.fromkeys(people) if person != me)


# ---------------------------------------------------------------------------------------------------- on an agenda


def influence_told(ctx: Context, say: Phrases, before: Meeting | None) -> str:
    """What the item on political influence says today; ``before`` is the meeting that the body had last, if any."""
    known = influence.influence(ctx.connection, ctx.alliance)
    met = before.starts_at if before and before.starts_at < ctx.now else None
    return influence_text(say, known, met, ctx.today)
