#include "services/product/search/search_words.hpp"

#include <gtest/gtest.h>

namespace product {
namespace {

using Words = std::vector<std::vector<std::string>>;

TEST(SearchText, SplitsAtSpacesAndPunctuation) {
  EXPECT_EQ(search_text("  USB-C cable,\t2m ")->words, (Words{{"usb"}, {"c"}, {"cable"}, {"2m"}}));
  EXPECT_EQ(search_text("caf\u00e9 '\\:*&|!()")->words, (Words{{"cafe"}}));
  EXPECT_EQ(search_text("a\x01"
                        "b\x7f"
                        "c")
                ->words,
            (Words{{"a"}, {"b"}, {"c"}}));
  EXPECT_EQ(search_text("1 2 3 4 5 6 7 8 9 10 11 12")->words.size(), 10u);
}

TEST(SearchText, IgnoresCaseAndAccents) {
  EXPECT_EQ(search_text("Cr\u00c8ME br\u00fbl\u00e9e")->words, (Words{{"creme"}, {"brulee"}}));
  EXPECT_EQ(search_text("cafe\u0301")->words, (Words{{"cafe"}})) << "combining accent";
  EXPECT_EQ(search_text("\u0141\u00f3d\u017a \u017eivot")->words, (Words{{"lodz"}, {"zivot"}}));
  EXPECT_EQ(search_text("\u041d\u041e\u0423\u0422 \u0401")->words,
            (Words{{"\u043d\u043e\u0443\u0442"}, {"\u0451"}}));
  EXPECT_EQ(search_text("\u03a9 \u7b14\u8bb0 \U0001F600")->words,
            (Words{{"\u03c9"}, {"\u7b14\u8bb0"}, {"\U0001F600"}}));
}

TEST(SearchText, IsNulloptForBlankAndEmptyForPunctuation) {
  EXPECT_EQ(search_text(""), std::nullopt);
  EXPECT_EQ(search_text(" \t\n"), std::nullopt);
  EXPECT_TRUE(search_text("?!")->words.empty());
}

TEST(SearchText, TreatsTheLastWordAsAPrefix) {
  const SearchText text{{{"red"}, {"laptop", "lapdog"}}};
  EXPECT_EQ(names_query(text), "('red') & ('laptop':* | 'lapdog':*)");
  EXPECT_EQ(names_query({{{"l"}}}), "('l':*)");
  EXPECT_EQ(document_query({{{"co"}}}), "('co')");
  EXPECT_EQ(document_query({{{"com"}}}), "('com':*)");
  EXPECT_EQ(names_query({}), "");
}

TEST(EditDistance, CountsEditsAndSwaps) {
  EXPECT_EQ(edit_distance("laptop", "laptop"), 0);
  EXPECT_EQ(edit_distance("labtop", "laptop"), 1);
  EXPECT_EQ(edit_distance("iphnoe", "iphone"), 1) << "swapped neighbours";
  EXPECT_EQ(edit_distance("", "abc"), 3);
  EXPECT_EQ(edit_distance("hedpho", "headphones", true), 1);
  EXPECT_EQ(edit_distance("\u7b14\u8bb0", "\u7b14\u672c"), 1) << "letters, not bytes";
  EXPECT_EQ(edit_distance("abc", "", true), 3);
  EXPECT_EQ(edit_distance(std::string(10000, 'a'), std::string(10000, 'b')), 64) << "bounded";
}

TEST(Corrections, ReturnsTheMostSimilarWords) {
  EXPECT_EQ(corrections("labtop", {"laptop", "lab", "desktop"}, false), (std::vector<std::string>{"laptop"}));
  EXPECT_EQ(corrections("headfones", {"headphones", "headset"}, false),
            (std::vector<std::string>{"headphones"}));
  EXPECT_EQ(corrections("hedpho", {"headphones", "hedge"}, true).front(), "headphones");
  EXPECT_TRUE(corrections("qzxv", {"laptop"}, false).empty());
  EXPECT_TRUE(corrections("ab", {"ax"}, false).empty()) << "too short to tell";
}

TEST(Corrections, KeepsKnownWords) {
  EXPECT_EQ(corrections("desk", {"desktop", "desk"}, false), (std::vector<std::string>{"desk"}));
  EXPECT_EQ(corrections("lap", {"laptop"}, true), (std::vector<std::string>{"lap"}));
}

}  // namespace
}  // namespace product
