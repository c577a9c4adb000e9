#include "services/kit/encoding/base64.hpp"
#include "services/product/search/search.hpp"

#include <nlohmann/json.hpp>

namespace product {
namespace {

using nlohmann::json;

constexpr std::size_t MAX_CURSOR = 6000;

/// FNV-1a. It need not resist forgery: a forged cursor gives no access.
std::uint64_t fingerprint(std::string_view text) {
  std::uint64_t hash = 14695981039346656037u;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
  return hash;
}

/// Cursors come from clients, so words are checked to be as search_words makes them.
bool is_normalised(const std::string& word) {
  if (word.empty() || word.size() > 800) return false;
  for (const char c : word) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80 && !(byte >= '0' && byte <= '9') && !(byte >= 'a' && byte <= 'z')) return false;
  }
  return true;
}

std::optional<SearchText> text_of(const json& words) {
  if (words.is_null()) return std::nullopt;
  SearchText out{words.get<std::vector<std::vector<std::string>>>()};
  if (out.words.empty() || out.words.size() > 10) throw std::invalid_argument("words");
  for (const auto& any : out.words) {
    if (any.empty() || any.size() > 3) throw std::invalid_argument("alternatives");
    for (const auto& word : any)
      if (!is_normalised(word)) throw std::invalid_argument("word");
  }
  return out;
}

SearchPosition position_of(const json& value) {
  SearchPosition out;
  const int section = value.at(1).get<int>();
  if (section < 0 || section > static_cast<int>(Section::Others)) throw std::invalid_argument("section");
  out.section = static_cast<Section>(section);
  const auto& key = value.at(2);
  if (key.is_number_integer()) {
    out.key = key.get<std::int64_t>();
  } else {
    auto text = key.get<std::string>();
    if (text.size() > 2000 || text.find('\0') != std::string::npos) throw std::invalid_argument("key");
    out.key = std::move(text);
  }
  out.id = value.at(3).get<std::int64_t>();
  return out;
}

}  // namespace

std::string encode_search_cursor(const SearchCursor& cursor, std::string_view query) {
  auto value = json::array({fingerprint(query), static_cast<int>(cursor.position.section)});
  std::visit([&](const auto& key) { value.push_back(key); }, cursor.position.key);
  value.push_back(cursor.position.id);
  value.push_back(cursor.text ? json(cursor.text->words) : json());
  return kit::base64url(value.dump());
}

std::optional<SearchCursor> decode_search_cursor(std::string_view text, std::string_view query) try {
  const auto decoded = text.size() <= MAX_CURSOR ? kit::from_base64url(text) : std::nullopt;
  if (!decoded) return std::nullopt;
  const auto value = json::parse(*decoded);
  if (!value.is_array() || value.size() != 5 || !value[0].is_number_unsigned() ||
      value[0].get<std::uint64_t>() != fingerprint(query) || !value[1].is_number_integer() ||
      !value[3].is_number_integer())
    return std::nullopt;
  return SearchCursor{position_of(value), text_of(value[4])};
} catch (const std::exception&) {
  return std::nullopt;
}

}  // namespace product
