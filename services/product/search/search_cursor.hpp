#pragma once
#include "services/product/search/search.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace product::api {

/// What a cursor holds: where the page ended, and the words that were searched for in the end (typed wrongly,
/// they were others than those asked for).
struct SearchCursor {
  SearchPosition position;
  std::optional<SearchText> text;
};

/// `query` says what was asked: a cursor fits only the question that it came from.
std::string encode_search_cursor(const SearchCursor& cursor, std::string_view query);
/// Nothing when it is no cursor, or one of another question.
std::optional<SearchCursor> decode_search_cursor(std::string_view text, std::string_view query);

}  // namespace product::api
