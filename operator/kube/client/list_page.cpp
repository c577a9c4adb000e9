#include "operator/kube/client/list_page.hpp"

#include "operator/kube/client/error.hpp"

namespace kube {

namespace {

using Event = Object::parse_event_t;

bool is_managed_fields(Event event, const Object& parsed) {
  return event == Event::key && parsed.is_string() && parsed.get_ref<const std::string&>() == "managedFields";
}

/// A response that was cut, or that a proxy gave in place of the API server: the call may succeed later.
ApiError unexpected() { return {0, "Connection", "the response is not a list"}; }

/// The depth of the entries of "items" in a list.
constexpr int kItemDepth = 2;

}  // namespace

Object parse_without_managed_fields(std::string_view text) {
  return Object::parse(
      text, [](int, Event event, const Object& parsed) { return !is_managed_fields(event, parsed); }, false);
}

ListPage parse_list_page(std::string_view text, const ResourceType& type,
                         const std::function<void(Object)>& each) {
  bool in_items = false;
  const auto callback = [&](int depth, Event event, Object& parsed) {
    if (event == Event::key && depth == 1) in_items = parsed == "items";
    if (event != Event::object_end || depth != kItemDepth || !in_items)
      return !is_managed_fields(event, parsed);
    if (name(parsed).empty()) throw unexpected();
    parsed["apiVersion"] = type.api_version();
    parsed["kind"] = type.kind;
    each(std::move(parsed));
    return false;  // not kept in the list
  };
  const Object page = Object::parse(text, callback, false);
  const auto items = page.is_object() ? page.find("items") : page.end();
  const bool listed = page.is_object() && items != page.end() && (items->is_null() || items->empty());
  // Taken for an empty list it would say that all objects have been deleted.
  if (!listed || resource_version(page).empty()) throw unexpected();
  return {resource_version(page), text_at(page, "/metadata/continue")};
}

}  // namespace kube
