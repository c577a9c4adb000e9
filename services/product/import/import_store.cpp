#include "services/product/import/import_store.hpp"

#include "services/kit/db/locks.hpp"
#include "services/kit/messaging/outbox.hpp"
#include "services/product/catalog/product_events.hpp"

namespace product {
namespace {

using kit::db::Statement;
using kit::db::Transaction;
using nlohmann::json;

constexpr std::size_t STAGE_BATCH = 500;
constexpr std::int64_t APPLY_BATCH = 2000;

static_assert(kit::db::LOCK_SPACE == 1936224112 && static_cast<int>(kit::db::Lock::Import) == 10, "see LOCK");
constexpr Statement LOCK{"import_alone", "select pg_try_advisory_xact_lock(1936224112, 10) as got"};
// An import takes longer than other requests, and blocks only changes of the same products.
constexpr Statement SET_TIMEOUT{"import_patience", "select set_config('statement_timeout', '60s', true)"};

constexpr Statement TABLE{"import_table", R"(
  create temporary table import_lines (
    line bigint not null, n bigint generated always as identity primary key, sku text, name text not null, description text, category text,
    category_id bigint, price_minor bigint not null, stock bigint not null, images jsonb, attributes jsonb,
    product_id bigint, fresh boolean not null default false, changed boolean not null default false, announced boolean not null default false
  ) on commit drop)"};

constexpr Statement STAGE{"import_stage", R"(
  insert into import_lines (line, sku, name, description, category, price_minor, stock, images, attributes)
  select * from jsonb_to_recordset($1::jsonb) as x(line bigint, sku text, name text, description text, category text,
    price_minor bigint, stock bigint, images jsonb, attributes jsonb))"};

constexpr Statement ANALYZE{"import_analyze", "analyze import_lines"};

constexpr Statement MATCH{"import_match", R"(
  update import_lines i set product_id = p.id, category_id = c.id
  from import_lines l left join products p on p.sku = l.sku left join categories c on c.slug = l.category
  where l.n = i.n and (p.id is not null or c.id is not null))"};

// Errors of well-formed lines compared with each other and with the catalog. Each row has the total, so that
// not all rows need be fetched.
constexpr Statement WRONG{"import_wrong", R"(
  with wrong as (
    select line, 'sku' as field, 'comes on line ' || first || ' already' as reason
    from (select line, sku, min(line) over (partition by sku) as first,
                 row_number() over (partition by sku order by n) as nth from import_lines where sku is not null) d where nth > 1
    union all
    select line, 'name', 'comes on line ' || first || ' already'
    from (select line, min(line) over (partition by lower(name)) as first,
                 row_number() over (partition by lower(name) order by n) as nth from import_lines) d where nth > 1
    union all
    select line, 'category', 'is not a category' from import_lines where category is not null and category_id is null
    union all
    select i.line, 'sku', 'is that of a product that was retired'
    from import_lines i join products p on p.id = i.product_id where p.retired_at is not null
    union all
    select i.line, 'name', 'is that of product ' || p.id || ' already'
    from import_lines i join products p on lower(p.name) = lower(i.name) and p.retired_at is null
    where p.id is distinct from i.product_id
  )
  select line, field, reason, count(*) over () as total from wrong order by line limit $1)"};

constexpr Statement NUMBER{"import_number", R"(
  update import_lines set product_id = nextval(pg_get_serial_sequence('products', 'id')), fresh = true, changed = true,
                          announced = true
  where product_id is null)"};

constexpr Statement COMPARE{"import_compare", R"(
  update import_lines i set announced = (p.name, p.price_minor, p.currency) is distinct from (i.name, i.price_minor, $1),
    changed = (p.name, p.price_minor, p.currency) is distinct from (i.name, i.price_minor, $1)
              or p.description is distinct from coalesce(i.description, p.description)
              or p.category_id is distinct from coalesce(i.category_id, p.category_id)
              or p.images is distinct from coalesce(i.images, p.images)
              or p.attributes is distinct from coalesce(i.attributes, p.attributes)
  from products p where p.id = i.product_id and not i.fresh)"};

constexpr Statement COUNT{"import_count", R"(
  select count(*) as lines, count(*) filter (where fresh) as created,
         count(*) filter (where changed and not fresh) as updated, coalesce(max(n), 0) as last from import_lines)"};

constexpr Statement CHANGE{"import_change", R"(
  update products p set name = i.name, price_minor = i.price_minor, currency = $3,
    description = coalesce(i.description, p.description), category_id = coalesce(i.category_id, p.category_id),
    images = coalesce(i.images, p.images), attributes = coalesce(i.attributes, p.attributes)
  from import_lines i where i.n > $1 and i.n <= $2 and i.changed and not i.fresh and p.id = i.product_id)"};

constexpr Statement MAKE{"import_make", R"(
  with fresh as (
    select * from import_lines where n > $1 and n <= $2 and fresh
  ), made as (
    insert into products (id, sku, name, description, category_id, price_minor, currency, images, attributes)
    select product_id, sku, name, coalesce(description, ''), category_id, price_minor, $3, coalesce(images, '[]'),
           coalesce(attributes, '{}') from fresh order by n
    returning id
  ), received as (
    insert into stock_ledger (product_id, change, reason, note, balance)
    select product_id, stock, 'received', 'import', stock from fresh join made on made.id = product_id where stock > 0
  )
  insert into stock (product_id, on_hand) select product_id, stock from fresh join made on made.id = product_id)"};

constexpr Statement CHANGED{"import_told", R"(
  select product_id, name, price_minor from import_lines where n > $1 and n <= $2 and announced order by n)"};

json row_of(const ImportLine& line) {
  json row{
      {"line", line.line}, {"name", line.name}, {"price_minor", line.price_minor}, {"stock", line.stock}};
  if (line.sku) row["sku"] = *line.sku;
  if (line.description) row["description"] = *line.description;
  if (line.category) row["category"] = *line.category;
  if (line.images) row["images"] = *line.images;
  if (line.attributes) row["attributes"] = *line.attributes;
  return row;
}

void check_time(const Import& import) {
  if (import.deadline.passed()) throw ImportTooSlow();
}

void stage(Transaction& tx, const Import& import, LineErrors& errors) {
  auto rows = json::array();
  const auto flush = [&] {
    check_time(import);
    if (!rows.empty()) tx.exec(STAGE, rows.dump());
    rows = json::array();
  };
  read_lines(import, errors, [&](ImportLine line) {
    rows.push_back(row_of(line));
    if (rows.size() >= STAGE_BATCH) flush();
  });
  flush();
  tx.exec(ANALYZE);
}

void compare(Transaction& tx, LineErrors& errors) {
  tx.exec(MATCH);
  const auto rows = tx.exec(WRONG, static_cast<std::int64_t>(LineErrors::SHOWN));
  for (const auto& row : rows)
    errors.add(row["line"].as<std::int64_t>(), row["field"].as<std::string>(),
               row["reason"].as<std::string>());
  if (!rows.empty())
    errors.add_to_total(rows[0]["total"].as<std::int64_t>() - static_cast<std::int64_t>(rows.size()));
}

void write_events(Transaction& tx, const Import& import, std::int64_t after, std::int64_t to) {
  std::vector<kit::messaging::Event> events;
  const auto flush = [&] {
    kit::messaging::write_outbox(tx, events);
    events.clear();
  };
  for (const auto& row : tx.exec(CHANGED, after, to)) {
    events.push_back(product_changed(
        contracts::ProductId{row["product_id"].as<std::int64_t>()}, row["name"].as<std::string>(),
        {row["price_minor"].as<std::int64_t>(), import.currency}, false, import.traceparent));
    if (events.size() >= STAGE_BATCH) flush();
  }
  flush();
}

ImportReport import_products(Transaction& tx, const Import& import) {
  if (!tx.exec(LOCK)[0]["got"].as<bool>()) throw ImportBusy();
  tx.exec(SET_TIMEOUT);
  tx.exec(TABLE);
  LineErrors errors;
  stage(tx, import, errors);
  compare(tx, errors);
  if (!errors.none()) throw ImportRefused(std::move(errors));

  tx.exec(NUMBER);
  const std::string currency(import.currency.code());
  tx.exec(COMPARE, currency);
  const auto counted = tx.exec(COUNT)[0];
  ImportReport report{counted["lines"].as<std::int64_t>(), counted["created"].as<std::int64_t>(),
                      counted["updated"].as<std::int64_t>(), 0};
  report.unchanged = report.lines - report.created - report.updated;
  if (import.dry_run) return report;

  const auto last = counted["last"].as<std::int64_t>();
  for (std::int64_t after = 0; after < last; after += APPLY_BATCH) {
    check_time(import);
    const auto to = after + APPLY_BATCH;
    tx.exec(CHANGE, after, to, currency);
    tx.exec(MAKE, after, to, currency);
    write_events(tx, import, after, to);
  }
  return report;
}

}  // namespace

kit::db::StoredResponse ImportStore::import(const Import& import,
                                            const std::optional<kit::db::IdempotencyKey>& key,
                                            const Render& render, kit::Deadline deadline) const try {
  return kit::db::respond_once(database_, "product_import", deadline, key,
                               [&](Transaction& tx) { return render(import_products(tx, import)); });
} catch (const pqxx::unique_violation&) {
  throw CatalogChanged();
}

}  // namespace product
