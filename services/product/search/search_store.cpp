#include "services/product/search/search_store.hpp"

#include "services/product/catalog/category_store.hpp"
#include "services/product/catalog/money_column.hpp"
#include "services/product/search/search_words.hpp"

namespace product {
namespace {

using kit::db::Statement;
using kit::db::Transaction;

constexpr Statement KNOWN{"search_known", "select 1 from search_words where word = $1 limit 1"};

constexpr Statement SIMILAR{"search_similar", "select word from similar_search_words($1)"};

bool filtered(const SearchFilters& f) {
  return f.category || f.min_price || f.max_price || f.min_rating || f.in_stock;
}

SearchHit hit_of(const pqxx::row& row) {
  SearchHit hit{{contracts::ProductId{row["id"].as<std::int64_t>()}, row["name"].as<std::string>(),
                 money_of(row, "price_minor", "currency")},
                row["in_stock"].as<bool>(),
                row["category"].as<std::optional<std::string>>(),
                {row["rating_count"].as<std::int64_t>(), row["rating_sum"].as<std::int64_t>()},
                row["image"].as<std::optional<std::string>>()};
  return hit;
}

/// Collects the hits of one page.
class PageBuilder {
 public:
  PageBuilder(Transaction& tx, const SearchQuery& query, sql::Args args)
      : tx_(tx), query_(query), args_(std::move(args)) {}

  SearchPage page() {
    if (!query_.text)
      filtered(query_.filters) ? gather_or_scan(sql::Match::All) : scan(sql::Match::All);
    else if (query_.sort != Sort::Relevance)
      gather_or_scan(sql::Match::Any);
    else
      by_relevance();
    return std::move(out_);
  }

 private:
  int missing() const { return query_.limit - static_cast<int>(out_.hits.size()); }

  /// Takes what fits; one row more means that there is a next page.
  void take(const pqxx::result& rows, Section section) {
    for (const auto& row : rows) {
      if (row["id"].is_null()) continue;
      if (missing() == 0) {
        out_.next = last_;
        return;
      }
      out_.hits.push_back(hit_of(row));
      last_.section = section;
      last_.id = row["id"].as<std::int64_t>();
      if (query_.sort == Sort::Name)
        last_.key = row["key"].as<std::string>();
      else
        last_.key = row["key"].as<std::int64_t>();
    }
  }

  /// True when the matches were few enough to be gathered.
  bool gather(sql::Match match, bool by_text, const std::optional<SearchPosition>& after, int most,
              Section section) {
    const auto rows = sql::run(tx_, sql::gather(match, query_.sort, by_text, after.has_value()), args_, after,
                               missing() + 1, most);
    if (rows[0]["found"].as<std::int64_t>() > most) return false;
    take(rows, section);
    return true;
  }

  void scan(sql::Match match, const std::optional<SearchPosition>& after, Section section) {
    take(sql::run(tx_, sql::walk(match, query_.sort, after.has_value()), args_, after, missing() + 1,
                  sql::MAX_SCORED),
         section);
  }
  void scan(sql::Match match) { scan(match, query_.after, Section::Scored); }

  /// Both ways give the same order, so pages may differ in how they are found.
  void gather_or_scan(sql::Match match) {
    if (!gather(match, false, query_.after, sql::MAX_SCORED, Section::Scored)) scan(match);
  }

  void by_relevance() {
    auto after = query_.after;
    const auto section = after ? after->section : Section::Scored;
    // Later pages stay sorted by score, even when a few matches were added meanwhile.
    if (section == Section::Scored) {
      if (gather(sql::Match::Any, true, after, after ? sql::MAX_SCORED_LATER : sql::MAX_SCORED,
                 Section::Scored) ||
          after)
        return;
    }
    if (section != Section::Others) {
      if (!gather(sql::Match::Named, false, after, sql::MAX_SCORED, Section::Named))
        scan(sql::Match::Named, after, Section::Named);
      if (out_.next) return;
      after.reset();
      if (missing() == 0) {
        // The next page starts with the others, if there are any.
        out_.next = SearchPosition{Section::Others, std::numeric_limits<std::int64_t>::min(), 0};
        return;
      }
    }
    scan(sql::Match::Others, after, Section::Others);
  }

  Transaction& tx_;
  const SearchQuery& query_;
  const sql::Args args_;
  SearchPage out_;
  SearchPosition last_;
};

/// Joins neighbours that names write as one word: "head phones".
SearchText joined(Transaction& tx, SearchText text) {
  for (std::size_t i = 0; i + 1 < text.words.size(); ++i) {
    const auto both = text.words[i].front() + text.words[i + 1].front();
    if (tx.exec(KNOWN, both).empty()) continue;
    text.words[i] = {both};
    text.words.erase(text.words.begin() + static_cast<std::ptrdiff_t>(i) + 1);
  }
  return text;
}

/// Corrects words that no name has; nullopt when all are known or nothing is similar.
std::optional<SearchText> correct(Transaction& tx, const SearchText& text) {
  SearchText out = joined(tx, text);
  for (std::size_t i = 0; i < out.words.size(); ++i) {
    const auto typed = out.words[i].front();
    std::vector<std::string> known;
    for (const auto& row : tx.exec(SIMILAR, typed)) known.push_back(row["word"].as<std::string>());
    auto found = corrections(typed, known, i + 1 == out.words.size());
    if (!found.empty()) out.words[i] = std::move(found);
  }
  if (out == text) return std::nullopt;
  return out;
}

}  // namespace

SearchPage SearchStore::page(const SearchQuery& query, kit::Deadline deadline) const {
  return database_.read<SearchPage>("product_search", deadline, [&](Transaction& tx) {
    SearchPage page;
    page.text = query.text;
    if (query.text && query.text->words.empty()) return page;
    auto args = sql::args_of(query.text, query.filters);
    if (query.filters.category) {
      args.categories = category_subtree(tx, *query.filters.category);
      if (!args.categories) return page;
    }
    page = PageBuilder(tx, query, args).page();
    page.text = query.text;
    if (!page.hits.empty() || query.after || !query.text) return page;
    const auto corrected = correct(tx, *query.text);
    if (!corrected) return page;
    auto again = query;
    again.text = corrected;
    args.names = names_query(*corrected);
    args.document = document_query(*corrected);
    page = PageBuilder(tx, again, args).page();
    page.text = corrected;
    page.corrected = true;
    return page;
  });
}

}  // namespace product
