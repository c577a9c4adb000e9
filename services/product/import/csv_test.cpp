#include "services/product/import/csv.hpp"

#include <gtest/gtest.h>

namespace product {
namespace {

using Cells = std::vector<std::string>;

/// Reads the text in pieces of every size.
std::vector<CsvRow> rows_of(std::string_view text, std::size_t limit = 1000) {
  std::vector<CsvRow> first;
  for (std::size_t piece = 1; piece <= text.size() + 1; ++piece) {
    CsvReader reader(limit);
    std::vector<CsvRow> rows;
    for (std::size_t at = 0; at < text.size(); at += piece) reader.feed(text.substr(at, piece), rows);
    reader.end(rows);
    if (piece == 1) first = rows;
    EXPECT_EQ(rows.size(), first.size()) << piece;
    for (std::size_t i = 0; i < std::min(rows.size(), first.size()); ++i) {
      EXPECT_EQ(rows[i].cells, first[i].cells);
      EXPECT_EQ(rows[i].line, first[i].line);
      EXPECT_EQ(rows[i].error, first[i].error);
    }
  }
  return first;
}

TEST(CsvReader, ReadsRowsAndQuotes) {
  const auto rows = rows_of("a,b\r\n\"x, \"\"y\"\"\",\r\n\"two\r\nlines\",z\n\n,\nlast");
  ASSERT_EQ(rows.size(), 5U);
  EXPECT_EQ(rows[0].cells, (Cells{"a", "b"}));
  EXPECT_EQ(rows[1].cells, (Cells{"x, \"y\"", ""}));
  EXPECT_EQ(rows[2].cells, (Cells{"two\r\nlines", "z"}));
  EXPECT_EQ(rows[3].cells, (Cells{"", ""}));
  EXPECT_EQ(rows[4].cells, (Cells{"last"}));
  EXPECT_EQ(rows[3].line, 6) << "lines are those of the file";
  EXPECT_EQ(rows[4].line, 7);
}

TEST(CsvReader, SkipsAByteOrderMark) {
  EXPECT_EQ(rows_of("\xEF\xBB\xBFname,price\n")[0].cells, (Cells{"name", "price"}));
  EXPECT_EQ(rows_of("\xEF\xBB"
                    "a\n")[0]
                .cells,
            (Cells{"\xEF\xBB"
                   "a"}))
      << "half of one is text";
  EXPECT_TRUE(rows_of("").empty());
  EXPECT_TRUE(rows_of("\xEF\xBB\xBF").empty());
  EXPECT_EQ(rows_of("\xEF\xBB").size(), 1U);
}

TEST(CsvReader, ReadsRowsAfterAMalformedRow) {
  const auto rows = rows_of("a\"b,c\ngood,1\n\"x\"y,2\ngood,2\n" + std::string(2000, 'l') +
                            "\ngood,3\na\rb\ngood,4\n\"open\n");
  ASSERT_EQ(rows.size(), 9U);
  for (const std::size_t bad : {0, 2, 4, 6, 8}) {
    EXPECT_TRUE(rows[bad].error) << bad;
    EXPECT_TRUE(rows[bad].cells.empty());
  }
  for (const std::size_t good : {1, 3, 5, 7}) EXPECT_EQ(rows[good].cells.at(0), "good");
  EXPECT_EQ(rows[8].line, 9);
}

}  // namespace
}  // namespace product
