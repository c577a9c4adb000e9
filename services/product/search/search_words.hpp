#pragma once
#include "services/product/search/search.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace product {

/// What somebody typed (valid UTF-8) as words: parted by white space, control characters and ASCII
/// punctuation, at most ten, in lower case and without accents. Nothing when it is blank; no words when there
/// is nothing but punctuation.
std::optional<SearchText> search_text(std::string_view typed);

/// For to_tsquery('simple', …) over the words of names: the last word may go on.
std::string names_query(const SearchText& text);
/// For to_tsquery('english', …) over whole descriptions: the last word may go on when it has three letters.
std::string document_query(const SearchText& text);

/// How many letters must be put in, left out, replaced or swapped with their neighbour to make one word the
/// other (optimal string alignment); `beginning`: to make it the beginning of the other.
int edit_distance(std::string_view typed, std::string_view word, bool beginning = false);

/// The words among `known` that `typed` was probably meant to be, at most three, the likeliest first: `known`
/// is in order of similarity. `typed` itself when it is known.
std::vector<std::string> readings(std::string_view typed, const std::vector<std::string>& known,
                                  bool beginning);

}  // namespace product
