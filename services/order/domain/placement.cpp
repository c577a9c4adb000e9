#include "services/order/domain/placement.hpp"

#include "services/kit/error/problem.hpp"
#include "services/kit/json/reader.hpp"

#include <algorithm>

namespace order {
namespace {

using kit::json::Reader;

constexpr std::size_t MAX_NAME = 200;
constexpr std::size_t MAX_METHOD = 100;

Wish read_line(Reader& line, const std::string& path) {
  Wish out;
  if (const auto id = line.optional_integer("product_id", {1})) out.product = kit::ProductId{*id};
  if (line.has("product")) out.name = line.string("product", {1, MAX_NAME});
  if (line.has("product_id") == line.has("product"))
    line.error("product_id", "or product is required, one of them");
  out.field = path + (line.has("product_id") ? ".product_id" : ".product");
  out.quantity = line.optional_integer("quantity", {1, MAX_QUANTITY}).value_or(1);
  line.check_unknown();
  return out;
}

std::vector<Wish> read_lines(Reader& reader) {
  std::vector<Wish> out;
  if (const auto* array = reader.array("lines", 1, MAX_LINES)) {
    for (std::size_t i = 0; i < array->size(); ++i) {
      const auto path = "lines[" + std::to_string(i) + "]";
      if (!(*array)[i].is_object()) {
        reader.error(path, "must be an object");
        continue;
      }
      Reader line((*array)[i], path);
      out.push_back(read_line(line, path));
      reader.merge(line);
    }
  }
  for (const auto* field : {"product", "product_name", "quantity"}) {
    if (!reader.has(field)) continue;
    reader.value(field);
    reader.error(field, "cannot be given together with lines");
  }
  return out;
}

Wish read_product(Reader& reader) {
  Wish out;
  out.field = !reader.has("product") && reader.has("product_name") ? "product_name" : "product";
  out.name = reader.string(out.field, {1, MAX_NAME});
  if (out.field == "product" && reader.has("product_name")) {
    reader.optional_string("product_name");
    reader.error("product_name", "cannot be given together with product");
  }
  out.quantity = reader.optional_integer("quantity", {1, MAX_QUANTITY}).value_or(1);
  return out;
}

std::optional<std::string> read_payment(Reader& reader) {
  const auto* payment = reader.value("payment");
  if (!payment) return std::nullopt;
  if (!payment->is_object()) {
    reader.error("payment", "must be an object");
    return std::nullopt;
  }
  Reader nested(*payment, "payment");
  auto method = nested.string("method", {1, MAX_METHOD});
  nested.check_unknown();
  reader.merge(nested);
  return method;
}

nlohmann::json canonical_line(const Wish& wish) {
  nlohmann::json out{{"quantity", wish.quantity}};
  if (wish.product)
    out["product_id"] = wish.product->value;
  else
    out["product"] = wish.name;
  return out;
}

/// Adds it to the line of the same product, where there is one.
void add(std::vector<Line>& lines, Line line, const std::string& field) {
  const auto same =
      std::find_if(lines.begin(), lines.end(), [&](const Line& l) { return same_product(l, line); });
  if (same == lines.end()) return lines.push_back(std::move(line));
  same->quantity += line.quantity;
  if (same->quantity > MAX_QUANTITY)
    throw kit::problem::invalid(field, "adds up to more than " + std::to_string(MAX_QUANTITY));
}

}  // namespace

Placement read_placement(const nlohmann::json& body, std::optional<kit::UserId> self) {
  Reader reader(body);
  Placement out;
  if (self && !reader.has("user_id"))
    out.user = *self;
  else
    out.user.value = reader.integer("user_id", {1});
  out.short_form = !reader.has("lines");
  if (out.short_form)
    out.lines.push_back(read_product(reader));
  else
    out.lines = read_lines(reader);
  out.payment_method = read_payment(reader);
  reader.finish();
  return out;
}

std::optional<std::string> read_checkout(const nlohmann::json& body) {
  Reader reader(body);
  auto method = read_payment(reader);
  reader.finish();
  return method;
}

std::string canonical(const Placement& placement) {
  nlohmann::json out{{"user_id", placement.user.value}};
  if (placement.short_form) {
    out["product"] = placement.lines.front().name;
    out["quantity"] = placement.lines.front().quantity;
  } else {
    for (const auto& line : placement.lines) out["lines"].push_back(canonical_line(line));
  }
  if (placement.payment_method) out["payment"] = *placement.payment_method;
  return out.dump();
}

kit::Problem problem_of(const NotOnSale& error) {
  std::vector<kit::FieldError> fields;
  auto retired = nlohmann::json::array();
  bool unknown = false;
  for (const auto& line : error.lines()) {
    unknown = unknown || !line.retired;
    fields.push_back({line.field, line.retired ? "is no longer on sale" : "is not a product on sale"});
    if (line.retired)
      retired.push_back({{"product_id", line.retired->product.value}, {"product", line.retired->name}});
  }
  if (unknown) return kit::problem::invalid(std::move(fields));
  auto problem = kit::problem::conflict("No longer on sale", "Nothing was ordered.");
  for (auto& field : fields) problem.field(std::move(field.field), std::move(field.reason));
  return std::move(problem).with("retired", std::move(retired));
}

std::vector<Line> order_lines(const std::vector<Wish>& wishes,
                              const std::vector<std::optional<Found>>& found) {
  std::vector<NotOnSale::Line> missing;
  std::vector<Line> out;
  for (std::size_t i = 0; i < wishes.size(); ++i) {
    const auto& product = found.at(i);
    if (!product || product->retired)
      missing.push_back({wishes[i].field, product});
    else
      add(out, {product->product, product->name, wishes[i].quantity, std::nullopt}, wishes[i].field);
  }
  if (!missing.empty()) throw NotOnSale(std::move(missing));
  return out;
}

std::vector<Line> order_lines_unseen(const std::vector<Wish>& wishes) {
  std::vector<Line> out;
  for (const auto& wish : wishes) {
    const auto name = wish.product ? "Product " + std::to_string(wish.product->value) : wish.name;
    add(out, {wish.product, name, wish.quantity, std::nullopt}, wish.field);
  }
  return out;
}

}  // namespace order
