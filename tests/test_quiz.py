import re

import pytest

import bpviz as bp
from bpviz.formula.digits import round_number


def test_without_questions_there_is_one_of_each_kind():
    quiz = bp.Quiz()
    kinds = {question.step.kind for question in quiz._asked}
    assert kinds == {"net", "out", "loss_part", "local", "delta", "gradient", "update"}
    assert quiz.score == (0, 11)


def test_the_page_of_a_question_does_not_show_its_answer():
    quiz = bp.Quiz(["net_h1", "out_h1", "E_o1", "E_total", "dE_total/dw7", "delta_h1", "w7_new"])
    for question, page in zip(quiz._asked, quiz._questions):
        answer = str(round_number(question.expected, 6)).replace("-", "−")
        shown = re.sub(r"<[^>]+>", " ", " ".join([*page["seen"]["texts"].values(), *page["formulas"]]))
        assert answer not in shown.split(), question
        named = dict(page["names"])
        assert question.quantity not in named
        assert answer not in named.values()


def test_the_names_for_a_formula_have_the_numbers_that_are_known_before_the_answer():
    names = dict(bp.Quiz(["dE_total/dw7"])._questions[0]["names"])
    assert names["w7"] == "0.4"
    assert names["out_h1"] == "0.912934"
    assert names["delta_o1"] is None


def test_other_numbers_start_the_score_again():
    quiz = bp.Quiz(["out_h1", "w7_new"])
    quiz._results = [1, -1]
    assert quiz.score == (1, 2)
    quiz.seed = 7
    assert quiz.score == (0, 2)
    assert quiz.question.given.network == bp.ask("out_h1", seed=7).given.network
    quiz.seed = None
    assert quiz.question.given.network["w7"] == 0.4


def test_formulas_that_the_page_sends_are_marked():
    quiz = bp.Quiz(["out_h1", "w7_new"])
    quiz.number = 1
    quiz._told(quiz, {"check": "w7 - eta*delta_o1*out_h1", "token": "a 1"}, [])
    assert quiz._answer == {"number": 1, "token": "a 1", "correct": True, "counts": True, "sentence": "That is right."}
    quiz._told(quiz, {"check": "open('x')", "token": "a 2"}, [])
    assert quiz._answer["sentence"].startswith("answer: there is no 'open' here")
    for nonsense in (None, "x", {"check": 3}, {}):
        quiz._told(quiz, nonsense, [])
    assert quiz._answer["token"] == "a 2"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"questions": "out_h1"}, "questions must be a list of names, not str"),
        ({"questions": []}, "questions must hold at least one name"),
        ({"questions": ["out_h9"]}, "questions: there is no 'out_h9'"),
        ({"seed": 1.5}, "seed must be a whole number"),
    ],
)
def test_a_quiz_that_cannot_be_made_is_refused(arguments, message):
    with pytest.raises((ValueError, TypeError), match=message):
        bp.Quiz(**arguments)


def test_a_wrong_setting_changes_nothing():
    quiz = bp.Quiz(["out_h1"])
    for name, value, message in (("number", 1, "number must be from 0 to 0"), ("seed", "x", "seed must be a whole")):
        with pytest.raises((ValueError, TypeError), match=message):
            setattr(quiz, name, value)
    assert (quiz.number, quiz.seed) == (0, None)


def test_its_notebook_output_lists_the_questions():
    bundle, _ = bp.Quiz(["out_h1", "w7_new"])._repr_mimebundle_()
    assert bundle["text/plain"] == "Quiz(question 1 of 2: What is the output out_h1?; 0 right)"
    assert "What is the updated parameter w7_new, with the learning rate 0.5?" in bundle["text/html"]


def test_the_page_judges_by_the_very_numbers_of_python():
    quiz = bp.Quiz(seed=3)
    for question, page in zip(quiz._asked, quiz._questions, strict=True):
        rows = [(row.value, row.least, row.most, row.exactly, row.rank) for row in question.rows]
        assert [tuple(row[:5]) for row in page["rows"]] == rows


def test_a_seed_that_a_page_cannot_count_on_from_is_refused_with_the_limit_that_holds():
    for seed in (2**53 + 1, 2**63, -1):
        with pytest.raises(ValueError, match=f"seed must be from 0 to {2**53}, not {seed}"):
            bp.Quiz(["net_h1"], seed=seed)
    assert bp.Quiz(["net_h1"], seed=2**53).seed == 2**53
