#pragma once
#include "services/product/search/search.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace product {

/// Splits valid UTF-8 at white space, control characters and ASCII punctuation into at most ten words, in
/// lower case without accents. Returns nullopt for blank text, no words for punctuation only.
std::optional<SearchText> search_text(std::string_view typed);

/// For to_tsquery('simple', …) over the words of names; the last word is a prefix.
std::string names_query(const SearchText& text);
/// For to_tsquery('english', …) over descriptions; the last word is a prefix from three letters on.
std::string document_query(const SearchText& text);

/// Letters to insert, delete, replace or swap with their neighbour to turn one word into the other (optimal
/// string alignment), or with `prefix` into a prefix of the other.
int edit_distance(std::string_view typed, std::string_view word, bool prefix = false);

/// At most three words of `known` that `typed` may be a misspelling of, most likely first; `known` is sorted
/// by similarity. Returns `typed` itself when it is known.
std::vector<std::string> corrections(std::string_view typed, const std::vector<std::string>& known,
                                     bool prefix);

}  // namespace product
