"""The prompt of a rewrite, as the engine writes it (src/rewriting), and what people may type."""

PRESETS = {
    "clearer": "Rewrite the text so that it is clear and easy to follow",
    "shorter": "Rewrite the text so that it says the same in fewer words",
    "friendlier": "Rewrite the text so that it is warm and friendly",
    "more-formal": "Rewrite the text in a formal, professional tone",
    "fix": "Correct the grammar and spelling of the text, and change nothing else",
}

# Own instructions, each with the preset whose rewrites answer it.
OWN = {
    "clearer": """Make it clearer|Make this easier to read|Use plain English|Simplify this text|
Use simpler words|Write it in plain words|Make it easy to understand|Make the sentences simpler|
Rewrite this so that anybody understands it|Say it directly and in the active voice|
Improve the style|Make this less clumsy|rewrite it more clearly|Make it more direct""",
    "shorter": """Make it shorter|Shorten this|Cut the filler words|Say this in fewer words|
Make it more concise|Remove everything that is not needed|Tighten this text|shorten it please|
Cut the waffle|Get to the point|Condense this|Make this brief|Trim it""",
    "friendlier": """Make it friendlier|Make this sound nicer|Make it more polite|Make it warmer|
Soften the tone|Be kinder|Say this in a more friendly way|Make it sound less rude|
Make this less harsh|Rewrite it politely|Make it sound warm|add a friendly tone""",
    "more-formal": """Make it more formal|Make this sound professional|Use a business tone|
Write it for a formal letter|Make it sound official|Use formal language|
Rewrite this for my boss|Make it less casual|Make this suitable for a client|no slang please""",
    "fix": """Fix the typos|Correct the mistakes|Fix grammar and spelling|Proofread this|
Correct the spelling|Fix the errors and leave the rest|Check the grammar|fix my English|
Correct this text|Only fix the mistakes""",
    "casual": """Make it casual|Make this less formal|Make it sound relaxed|Write it as I would talk|
Make it less stiff|Use everyday language|Write this like a chat message""",
}
OWN_WAYS = {kind: ways.replace("\n", "").split("|") for kind, ways in OWN.items()}


def prompt(instruction: str, text: str, marks: bool) -> str:
    kept = " and its marks such as [1]" if marks else ""
    return f"{instruction}. Keep its meaning{kept}, and answer with the new text only.\n\n{text}"
