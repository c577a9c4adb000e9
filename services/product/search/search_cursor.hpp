#pragma once
#include "services/product/search/search.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace product {

/// Where the page ended, and the words as searched, with misspelt words corrected.
struct SearchCursor {
  SearchPosition position;
  std::optional<SearchText> text;
};

/// A cursor is valid only with the same `query`.
std::string encode_search_cursor(const SearchCursor& cursor, std::string_view query);
/// Returns nullopt for a malformed cursor and for one of another query.
std::optional<SearchCursor> decode_search_cursor(std::string_view text, std::string_view query);

}  // namespace product
