"""Emerging topics: what messages that no intent covers are about, by clustering them.

TF-IDF, a low-rank projection and k-means; each cluster is told by the words that are more frequent in it than
elsewhere. It is given texts that were redacted, keeps none, and shows only words that several customers have used.
"""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from sklearn.cluster import KMeans
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import silhouette_score
from sklearn.preprocessing import normalize

from bot.cx.topic import Topic

FEWEST_TEXTS = 30
SHARED_BY = 3
"""A word is shown only where so many different customers have used it."""

MOST_TOPICS = 12
WORDS = 4


def topics(texts: Sequence[str], customers: Sequence[str], recent: Sequence[bool], seed: int = 0) -> list[Topic]:
    """The topics, the one with most customers first; none where there are too few texts to tell.

    How many there are is chosen by the silhouette. Deterministic for one seed.
    """
    if len(texts) < FEWEST_TEXTS:
        return []
    vectorizer = TfidfVectorizer(sublinear_tf=True, min_df=2, max_df=0.5, token_pattern=r"(?u)\b[^\W\d_]{3,}\b")
    try:
        matrix = vectorizer.fit_transform(texts)
    except ValueError:  # no word is used twice
        return []
    words = vectorizer.get_feature_names_out()
    rank = min(50, matrix.shape[0] - 1, matrix.shape[1] - 1)
    if rank < 2:
        return []
    places = normalize(TruncatedSVD(rank, random_state=seed).fit_transform(matrix))
    clusters = _clusters(places, seed)
    return _told([set(words[row.indices]) for row in matrix], clusters, customers, recent)


def _clusters(places: np.ndarray[tuple[int, ...], np.dtype[np.float64]], seed: int) -> list[int]:
    best: tuple[float, list[int]] = (-2.0, [0] * len(places))
    for count in range(2, min(MOST_TOPICS, len(places) // 5) + 1):
        found = KMeans(count, n_init=3, random_state=seed).fit_predict(places)
        if len(set(found)) > 1:
            best = max(best, (float(silhouette_score(places, found, sample_size=2000, random_state=seed)), list(found)))
    return best[1]


def _told(
    words: Sequence[set[str]], clusters: Sequence[int], customers: Sequence[str], recent: Sequence[bool]
) -> list[Topic]:
    everywhere = Counter(word for one in words for word in one)
    found = []
    for cluster in sorted(set(clusters)):
        members = [index for index, one in enumerate(clusters) if one == cluster]
        users: dict[str, set[str]] = {}
        for index in members:
            for word in words[index]:
                users.setdefault(word, set()).add(customers[index])
        shared = {word: len(who) for word, who in users.items() if len(who) >= SHARED_BY}
        # Class TF-IDF: frequent here, and not everywhere.
        telling = sorted(shared, key=lambda word: (-shared[word] * shared[word] / everywhere[word], word))
        who = {customers[index] for index in members}
        if telling:
            late = sum(recent[index] for index in members)
            found.append(Topic(tuple(telling[:WORDS]), len(members), len(who), late))
    return sorted(found, key=lambda topic: (-topic.customers, topic.words))
