"""A table as a Mermaid diagram, drawn from the table itself, so that it cannot be out of date."""

from __future__ import annotations

from datetime import timedelta

from state.table import Edge, TransitionTable


def mermaid(table: TransitionTable, title: str, current: str | None = None) -> str:
    """Return a state diagram: guards and timeouts on the edges, holding states and the current one marked."""
    lines = ["---", f"title: {title}", "---", "stateDiagram-v2", f"    [*] --> {table.initial}"]
    for source, row in table.edges.items():
        for edge in row.values():
            label = _label(table, source, edge)
            lines.append(f"    {source} --> {edge.target}{f' : {label}' if label else ''}")
    lines += [f"    {state} --> [*]" for state in table.states if state in table.terminal]
    holding = [state for state in table.states if state in table.holding and state != current]
    if holding:
        lines += ["    classDef holding stroke-width:3px", f"    class {','.join(holding)} holding"]
    if current is not None:
        lines += ["    classDef current fill:#ffd54f,stroke-width:4px", f"    class {current} current"]
    return "\n".join(lines)


def in_words(span: timedelta) -> str:
    """Return a span of time as a human says it, in its two largest units."""
    seconds = int(span.total_seconds())
    parts = []
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60), ("s", 1)):
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count} {unit}")
    return " ".join(parts[:2]) or "0 s"


def _label(table: TransitionTable, source: str, edge: Edge) -> str:
    timeout = table.timeouts.get(source)
    words = []
    if edge.guard is not None:
        words.append(getattr(edge.guard, "__name__", "guarded").strip("_").replace("_", " "))
    if timeout is not None and timeout.to == edge.target:
        words.append(f"after {in_words(timeout.span)}")
    return ", ".join(words)
