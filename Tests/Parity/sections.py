"""Everything that `make parity` compares, one line for each script."""

import typing


class Section(typing.NamedTuple):
    """A script that keeps to contract.py."""

    name: str
    # Below Tests.
    script: str
    # For the README.
    summary: str
    # Whether it starts the program.
    realign: bool = False
    # The Swift suite it starts.
    test: str | None = None


MODELS, TEXT = "RealignModelsTests/Goldens", "RealignTextTests/Goldens"
SECTIONS = [
    Section(
        "families", f"{MODELS}/compare_families.py", "families of decoders, `transformers`",
        realign=True, test="FamilyAutogradTests",
    ),
    Section(
        "tokenizers", f"{TEXT}/compare_tokenizers.py",
        "`tokenizers`: texts whose ids or decoded text differ", test="ComposedParityTests",
    ),
    Section(
        "templates", f"{TEXT}/compare_chat_templates.py",
        "chat templates of `trl`: conversations that differ in a byte",
        test="ChatTemplateParityTests",
    ),
    Section(
        "losses", "RealignTrainingTests/Goldens/compare_with_trl.py",
        "`trl`: preference losses over ten updates", test="TRLParityTests",
    ),
    Section(
        "adapters", f"{MODELS}/compare_with_peft.py", "`peft`: adapters read, written, merged", realign=True,
    ),
    Section(
        "weights", f"{MODELS}/compare_safetensors.py", "`safetensors`: weight files read and written", realign=True,
    ),
    Section(
        "encoders", f"{MODELS}/compare_encoders.py", "`sentence-transformers`: encoders", realign=True,
    ),
    Section(
        "scoring", "RealignPipelineTests/Goldens/compare_with_transformers.py",
        "`realign score` of texts, with and without adapter",
        realign=True,
    ),
    Section(
        "gguf", f"{MODELS}/compare_gguf.py", "`gguf`: checks of exported files that fail",
        realign=True,
    ),
]
