#include "services/kit/encoding/base64.hpp"
#include "services/product/search/search.hpp"

#include <gtest/gtest.h>

namespace product {
namespace {

TEST(SearchCursor, RoundTrips) {
  const SearchCursor number{{Section::Named, std::int64_t{-3500}, 17},
                            SearchText{{{"laptop", "lapdog"}, {"caf\u00e9"}}}};
  const auto back = decode_search_cursor(encode_search_cursor(number, "q"), "q");
  ASSERT_TRUE(back);
  EXPECT_EQ(back->position.section, Section::Named);
  EXPECT_EQ(std::get<std::int64_t>(back->position.key), -3500);
  EXPECT_EQ(back->position.id, 17);
  EXPECT_EQ(back->text, number.text);
  const SearchCursor name{{Section::Scored, std::string("\u00e4 \"x\""), 1}, std::nullopt};
  EXPECT_EQ(std::get<std::string>(decode_search_cursor(encode_search_cursor(name, ""), "")->position.key),
            "\u00e4 \"x\"");
}

TEST(SearchCursor, IsValidOnlyForItsQuery) {
  const auto text = encode_search_cursor({{Section::Scored, std::int64_t{1}, 2}, std::nullopt}, "price");
  EXPECT_FALSE(decode_search_cursor(text, "-price"));
}

TEST(SearchCursor, RefusesForgedCursors) {
  const auto good =
      kit::from_base64url(encode_search_cursor({{Section::Scored, std::int64_t{1}, 2}, std::nullopt}, ""));
  ASSERT_TRUE(good);
  const auto hash = good->substr(0, good->find(','));
  for (const std::string rest :
       {",0,1,2,null", ",9,1,2,null]", ",-1,1,2,null]", ",0,1.5,2,null]", ",0,1,2]", ",0,1,\"2\",null]",
        ",0,\"\\u0000\",2,null]", ",0,1,2,[]]", ",0,1,2,[[]]]", ",0,1,2,[[\"A\"]]]", ",0,1,2,[[\"' | 'x\"]]]",
        ",0,1,2,[[\"\\\\\"]]]", ",0,1,2,[[\"\"]]]", ",0,1,2,\"x\"]", ",0,{},2,null]", ",1e99,1,2,null]"})
    EXPECT_FALSE(decode_search_cursor(kit::base64url(hash + rest), "")) << rest;
  EXPECT_FALSE(decode_search_cursor("", ""));
  EXPECT_FALSE(decode_search_cursor("!!", ""));
  EXPECT_FALSE(decode_search_cursor(std::string(100'000, 'A'), ""));
}

}  // namespace
}  // namespace product
