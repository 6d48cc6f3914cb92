"""What is to be done next with a review."""

from enum import StrEnum


class Move(StrEnum):
    """What is to be done next with a review."""

    SUBMIT = "submit"
    SUBMIT_AGAIN = "submit_again"
    CHECK = "check"  #           intake: is it complete
    ANSWER = "answer"
    ASSIGN = "assign"  #         nobody looks who may recommend
    RECOMMEND = "recommend"
    DETERMINE = "determine"
    RELEASE = "release"
    LOOK = "look"  #             the agency, as a lab is told
