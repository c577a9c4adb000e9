#include "services/product/search/search_words.hpp"

#include "services/kit/encoding/utf8.hpp"

#include <algorithm>
#include <cctype>

namespace product {
namespace {

constexpr std::size_t MAX_WORDS = 10;
constexpr std::size_t MAX_CORRECTIONS = 3;
constexpr std::size_t LONGEST_WORD = 64;  ///< letters compared by edit_distance

bool is_separator(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x80 && !std::isalnum(byte);
}

/// U+00C0 to U+017F in lower case without accents; a blank where there is no such letter. Same as
/// search_plain() in 015_search_accents.sql.
constexpr char32_t FIRST_LATIN = 0xC0;
constexpr std::string_view LATIN =
    "aaaaaa ceeeeiiii nooooo ouuuuy  aaaaaa ceeeeiiii nooooo ouuuuy y"
    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii  jjkk llllll "
    " llnnnnnn   oooooo  rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzz ";

/// Lower case (Latin, Greek, Cyrillic) without accents; 0 for a combining accent.
char32_t normalise(char32_t c) {
  if (c < 0x80) return static_cast<char32_t>(std::tolower(static_cast<int>(c)));
  if (c >= FIRST_LATIN && c < FIRST_LATIN + LATIN.size()) {
    const char base = LATIN[c - FIRST_LATIN];
    if (base != ' ') return static_cast<char32_t>(base);
  }
  if (c >= 0x300 && c < 0x370) return 0;
  if ((c >= 0x391 && c <= 0x3A9) || (c >= 0x410 && c <= 0x42F)) return c + 0x20;
  if (c >= 0x400 && c <= 0x40F) return c + 0x50;
  return c;
}

std::string query(const SearchText& text, std::size_t prefix_from) {
  std::string out;
  for (std::size_t i = 0; i < text.words.size(); ++i) {
    const bool last = i + 1 == text.words.size();
    std::string any;
    for (const auto& word : text.words[i])
      any += (any.empty() ? "'" : " | '") + word + (last && word.size() >= prefix_from ? "':*" : "'");
    out += (i ? " & (" : "(") + any + ')';
  }
  return out;
}

/// Misspelt letters allowed in a word of this length.
int tolerance(std::size_t length) { return length < 3 ? 0 : length < 5 ? 1 : length < 9 ? 2 : 3; }

}  // namespace

std::optional<SearchText> search_text(std::string_view typed) {
  const auto blank = [](char c) { return static_cast<unsigned char>(c) <= ' '; };
  if (std::all_of(typed.begin(), typed.end(), blank)) return std::nullopt;
  SearchText out;
  std::string word;
  const auto end = [&] {
    if (!word.empty() && out.words.size() < MAX_WORDS) out.words.push_back({word});
    word.clear();
  };
  for (const char32_t c : kit::from_utf8(typed)) {
    if (c < 0x80 && is_separator(static_cast<char>(c)))
      end();
    else if (const auto letter = normalise(c))
      kit::append_utf8(word, letter);
  }
  end();
  return out;
}

std::string names_query(const SearchText& text) { return query(text, 1); }
std::string document_query(const SearchText& text) { return query(text, 3); }

int edit_distance(std::string_view typed_text, std::string_view word_text, bool prefix) {
  const auto typed = kit::from_utf8(typed_text).substr(0, LONGEST_WORD);
  const auto word = kit::from_utf8(word_text).substr(0, LONGEST_WORD);
  const auto width = word.size() + 1;
  std::vector<int> before(width), above(width), row(width);
  for (std::size_t j = 0; j < width; ++j) above[j] = static_cast<int>(j);
  for (std::size_t i = 1; i <= typed.size(); ++i) {
    row[0] = static_cast<int>(i);
    for (std::size_t j = 1; j < width; ++j) {
      const int cost = typed[i - 1] == word[j - 1] ? 0 : 1;
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + cost});
      if (i > 1 && j > 1 && typed[i - 1] == word[j - 2] && typed[i - 2] == word[j - 1])
        row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before.swap(above);
    above.swap(row);
  }
  return prefix ? *std::min_element(above.begin(), above.end()) : above.back();
}

std::vector<std::string> corrections(std::string_view typed, const std::vector<std::string>& known,
                                     bool prefix) {
  for (const auto& word : known)
    if (word == typed || (prefix && word.starts_with(typed))) return {std::string(typed)};
  std::vector<std::pair<int, std::string>> near;
  for (const auto& word : known) {
    // A similar whole word ranks before a similar prefix.
    const int whole = 2 * edit_distance(typed, word);
    const int begun = prefix ? 2 * edit_distance(typed, word, true) + 1 : whole;
    const int distance = std::min(whole, begun);
    if (distance <= 2 * tolerance(kit::from_utf8(typed).size()) + (prefix ? 1 : 0))
      near.emplace_back(distance, word);
  }
  std::stable_sort(near.begin(), near.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::string> out;
  for (const auto& [distance, word] : near)
    if (out.size() < MAX_CORRECTIONS && distance <= near.front().first + 1) out.push_back(word);
  return out;
}

}  // namespace product
