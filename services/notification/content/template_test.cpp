#include "services/notification/content/template.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

namespace notification {
namespace {

TEST(Template, FillsEachNameForItsFormat) {
  EXPECT_EQ(fill("{{a}}, {{b}}", {{"a", "<1>"}, {"b", "2"}}, Format::Text), "<1>, 2");
  EXPECT_EQ(fill("{{a}} {{{a}}}", {{"a", "<'\"&>"}}, Format::Html), "&lt;&#39;&quot;&amp;&gt; <'\"&>");
  EXPECT_EQ(fill("{{a}}", {{"a", "x\r\ny\x7f"}}, Format::Text), "x  y ");
  EXPECT_EQ(fill("?t={{a}}", {{"a", "a&b=c d\"<"}}, Format::Url), "?t=a%26b%3Dc%20d%22%3C");
  EXPECT_EQ(fill("{{a}}", {{"a", "{{b}}"}, {"b", "no"}}, Format::Text), "{{b}}")
      << "values are not templates";
  EXPECT_THROW(fill("{{a}}", {}, Format::Text), std::logic_error);
  EXPECT_THROW(fill("{{a", {{"a", ""}}, Format::Text), std::logic_error);
}

TEST(Template, IsFillableWithAValueForEachName) {
  EXPECT_TRUE(fillable("nothing", {}));
  EXPECT_TRUE(fillable("{{a}} {{{b}}}", {{"a", ""}, {"b", ""}}));
  EXPECT_FALSE(fillable("{{a}} {{b}}", {{"a", ""}}));
}

}  // namespace
}  // namespace notification
