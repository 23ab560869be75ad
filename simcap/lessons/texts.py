"""What the lessons say: what is simulated, what to see, two questions to the class with answers."""

from __future__ import annotations

from dataclasses import dataclass

from simcap.lang import N_


@dataclass(frozen=True)
class Text:
    """The words of a lesson, keys of the catalogue: title, what is simulated, what to see, and
    (question, answer) twice; ``minutes`` are what a class needs for it.
    """

    title: str
    minutes: int
    what: str
    see: tuple[str, ...]
    questions: tuple[tuple[str, str], ...]


ERLANG = Text(
    title=N_("A queue against Erlang C"),
    minutes=15,
    what=N_(
        "Residents come at random to a room with some counsellors; a talk takes half an hour on"
        " average, exponentially distributed. For this queue, M/M/c, the mean wait is known"
        " exactly (Erlang C; with patience Erlang A), so we can see how far to believe a"
        " simulation."
    ),
    see=(
        N_("The runs of five days lie far apart, though nothing differs between them but luck."),
        N_("The more and the longer the runs, the narrower the band, and it holds the theory."),
        N_(
            "With the warm-up left in, the mean of short runs under a high load is too low:"
            " each begins empty."
        ),
    ),
    questions=(
        (
            N_(
                "A bureau simulates its room once, for five days, and reports the mean wait."
                " What is wrong with that number?"
            ),
            N_(
                "It is one draw from the points in the upper panel: at a load of 85 % it may be"
                " a quarter of the truth or nearly three times as much, and nothing in it says"
                " so. Waits within a run depend on each other, so that many residents are not"
                " many observations. Only independent runs, or very long ones, tell how far a"
                " mean can be trusted: four times as many runs halve the interval."
            ),
        ),
        (
            N_(
                "The load goes from 85 to 95 %, two residents more where there were seventeen."
                " Does the wait grow by a tenth? And what does patience change?"
            ),
            N_(
                "Far more: the wait goes as 1 / (1 − load), so that with four counsellors it is"
                " about four times as long. With patience those who give up leave the queue to"
                " the others: waits stay short, and the shortage shows in the share who give up."
                " A short wait alone is no proof of enough staff."
            ),
        ),
    ),
)
VARIABILITY = Text(
    title=N_("What variability does"),
    minutes=15,
    what=N_(
        "Three rooms with one counsellor each. The same residents come at the same times, and a"
        " talk takes half an hour on average in all of them; only how much talks differ is not"
        " the same. Where residents come at random the mean wait is known exactly (Pollaczek and"
        " Khinchine); for other arrivals Kingman's formula comes near, the nearer the higher the"
        " load."
    ),
    see=(
        N_("The wait grows with the square of the cv, though everybody works as much as before."),
        N_("Arrivals by appointment (cv 0) shorten the wait even where talks differ."),
        N_("The higher the load, the more each bit of variation costs."),
    ),
    questions=(
        (
            N_(
                "A bureau counts staff by hours of work alone: demand 80 hours, roster 100"
                " hours. What does this sum not tell?"
            ),
            N_(
                "How long people wait. In all three rooms the counsellor works 80 % of the"
                " time; the mean wait is 1 hour where all talks are alike, 2 hours where they"
                " are exponential and 5 hours at cv 2 (Pollaczek and Khinchine). Hours of work"
                " decide whether a queue settles; variation and load together decide how long it"
                " is."
            ),
        ),
        (
            N_("Which variation can a service remove, and which not? Where would you begin?"),
            N_(
                "When people come can be arranged, for appointments and follow-ups: fixed times"
                " make arrivals even. Crises and calls come at random, and one may not even them"
                " out. Lengths of talks can be made more alike by fixed slots, or by giving long"
                " cases a room of their own. Half the variance of both halves the wait, at no"
                " cost in staff; so does lowering the load, which costs posts."
            ),
        ),
    ),
)
POOLING = Text(
    title=N_("What pooling does"),
    minutes=15,
    what=N_(
        "Some towns have counsellors and a queue each. Or all of them share one queue: whoever"
        " is free attends the next, wherever he or she lives. The staff is the same in all, and"
        " so are the residents. Erlang C gives the mean wait of both; then travel, or talks of"
        " very different length, take from what the pool gives."
    ),
    see=(
        N_(
            "As one, nobody is idle while somebody waits elsewhere: the wait falls by more than"
            " half, with nobody hired."
        ),
        N_(
            "Travel of 10 to 20 % of a talk eats the gain at a high load; the pool may overflow"
            " where the towns apart do not."
        ),
        N_(
            "With talks ten times as long in the last town and one counsellor each, pooling"
            " makes the others wait longer, and the mean of all as well."
        ),
    ),
    questions=(
        (
            N_("Who loses when queues are pooled, though the mean gets better?"),
            N_(
                "Whoever had the shorter queue before: here the usual towns, once the last"
                " town's talks are long, wait behind them. A mean over all residents hides that;"
                " look at each town, and at the villages beside the city. A pool can put its own"
                " town first, or keep short and long talks apart, and then gains without that"
                " loss."
            ),
        ),
        (
            N_(
                "A district has five hotlines, each nearly always free. Should it make one"
                " number of them?"
            ),
            N_(
                "At a very low load pooling buys no waiting time, since nobody waits: the dial"
                " of the load shows it. Experiment 03 of simcap found the same for the volume"
                " that Huadu reports; what one number bought there were hours, since four of the"
                " lines are closed in the evening if they keep office hours. Ask what is short,"
                " hours or seats, before you pool."
            ),
        ),
    ),
)
COLLABORATION = Text(
    title=N_("What collaboration does"),
    minutes=15,
    what=N_(
        "Huadu district: ten towns, twenty counsellors, hotlines, schools and clinics. E, from"
        " 0 to 1, says how closely institutions and towns work together: how long a referral"
        " takes, how many are completed, how fast a crisis is handed on, which hours may serve"
        " other towns. Beside it stands what more counsellors bring at today's E."
    ),
    see=(
        N_(
            "Closer collaboration raises the share seen in time a little, and hastens the"
            " answer to a crisis very much."
        ),
        N_(
            "The mean wait can grow with E: referrals that were lost before now arrive, and"
            " counsellors have as many hours as before."
        ),
        N_(
            "One more counsellor (in twenty) raises that share by about as much as E = 0.9"
            " does, and shortens the wait."
        ),
    ),
    questions=(
        (
            N_(
                "At a higher E more people are helped in time. Suppose the mean wait is longer: has"
                " the service got worse?"
            ),
            N_(
                "No. More referrals are completed: people who used to be lost on the way now"
                " stand in the queue and count in its mean. A mean over those seen does not"
                " count who never came. Judge by the share of all who ask that are seen in time,"
                " and look at the wait beside it; then see that the next bottleneck is staff."
            ),
        ),
        (
            N_(
                "The first document writes coverage as C = min(R·E/D, 1). What would that say"
                " of doubling E, and what does the simulation say? Why do they differ?"
            ),
            N_(
                "The equation doubles coverage with E (the dotted line), since E multiplies"
                " every hour of staff. In the simulation E only moves what collaboration can"
                " move: referrals, hand-overs, lent hours. Most who ask never need a referral,"
                " and lent hours help only where somebody has hours to spare. The size of either"
                " effect rests on assumptions: ask first how many referrals are lost in your"
                " district."
            ),
        ),
    ),
)
