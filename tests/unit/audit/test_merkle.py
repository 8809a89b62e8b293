"""The tree of RFC 6962 and RFC 9162, against the vectors that implementations of Certificate Transparency share."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.audit.merkle import (
    EMPTY,
    consistency_proof,
    frontier_at,
    inclusion_proof,
    is_consistent,
    is_included,
    leaf_hash,
    node_hash,
    push,
    root_of,
)

LEAVES = [
    bytes.fromhex(text)
    for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]

ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]

#: (leaf, size) -> audit path.
INCLUSION = {
    (0, 1): [],
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
}

#: (old size, size) -> consistency proof.
CONSISTENCY = {
    (1, 1): [],
    (1, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}


class Tree:
    """A tree that is grown leaf by leaf, with all its nodes and all the roots that it has had."""

    def __init__(self, leaves):
        self.nodes, self.frontier, self.roots = {}, [], [EMPTY]
        for place, leaf in enumerate(leaves):
            self.nodes[0, place] = leaf_hash(leaf)
            for level, index, hashed in push(place, self.frontier, leaf_hash(leaf)):
                self.nodes[level, index] = hashed
            self.roots.append(root_of(self.frontier))

    def __call__(self, level, place):
        return self.nodes[level, place]


def by_definition(leaves):
    """The root as the RFC defines it, by recursion."""
    if len(leaves) < 2:
        return leaf_hash(leaves[0]) if leaves else EMPTY
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return node_hash(by_definition(leaves[:half]), by_definition(leaves[half:]))


@pytest.fixture(scope="module")
def known():
    return Tree(LEAVES)


@pytest.mark.parametrize("size", range(9))
def test_roots(known, size):
    assert known.roots[size].hex() == ROOTS[size]


@pytest.mark.parametrize(("index", "size"), list(INCLUSION))
def test_inclusion_proofs(known, index, size):
    assert [item.hex() for item in inclusion_proof(index, size, known)] == INCLUSION[index, size]


@pytest.mark.parametrize(("old", "size"), list(CONSISTENCY))
def test_consistency_proofs(known, old, size):
    assert [item.hex() for item in consistency_proof(old, size, known)] == CONSISTENCY[old, size]


def test_every_proof_of_every_tree_holds_and_no_other():
    leaves = [bytes([place]) * 3 for place in range(40)]
    tree = Tree(leaves)
    for size in range(1, 41):
        assert tree.roots[size] == by_definition(leaves[:size])
        assert root_of([tree(*place) for place in frontier_at(size)]) == tree.roots[size]
        for index in range(size):
            path = inclusion_proof(index, size, tree)
            assert is_included(tree(0, index), index, size, path, tree.roots[size])
            assert not is_included(tree(0, index), index, size, path, tree.roots[size - 1])
            assert not is_included(leaf_hash(b"another"), index, size, path, tree.roots[size])
            assert not is_included(tree(0, index), index + 1, size, path, tree.roots[size])
            if path:
                assert not is_included(tree(0, index), index, size, path[:-1], tree.roots[size])
                assert not is_included(tree(0, index), index, size, [*path, path[0]], tree.roots[size])
            old = index + 1
            path = consistency_proof(old, size, tree)
            assert is_consistent(old, size, path, tree.roots[old], tree.roots[size])
            assert not is_consistent(old, size, path, tree.roots[old - 1], tree.roots[size])
            assert not is_consistent(old, size, path, tree.roots[old], leaf_hash(b"another"))
            assert not is_consistent(old, size, [*path, EMPTY], tree.roots[old], tree.roots[size])


@given(st.integers(1, 200), st.data())
def test_a_proof_of_a_rewritten_tree_is_refused(size, data):
    old = data.draw(st.integers(1, size))
    changed = data.draw(st.integers(0, old - 1))
    leaves = [str(place).encode() for place in range(size)]
    before = Tree(leaves[:old]).roots[old]
    leaves[changed] = b"rewritten"
    tree = Tree(leaves)
    assert not is_consistent(old, size, consistency_proof(old, size, tree), before, tree.roots[size])


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_there_is_no_proof_for_a_leaf_that_is_not_there(index, size):
    with pytest.raises(ValueError, match="there is no leaf"):
        inclusion_proof(index, size, Tree(LEAVES))
    assert not is_included(EMPTY, index, size, [], EMPTY)


@pytest.mark.parametrize(("old", "size"), [(0, 3), (4, 3), (-1, 3)])
def test_there_is_no_consistency_with_a_longer_or_an_empty_tree(old, size):
    with pytest.raises(ValueError, match="is no beginning"):
        consistency_proof(old, size, Tree(LEAVES))
    assert not is_consistent(old, size, [], EMPTY, EMPTY)
