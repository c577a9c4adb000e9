#include "operator/shop/spec/spec_reader.hpp"

#include "operator/kube/object/quantity.hpp"

namespace shop {

SpecReader::SpecReader(const Json* object, std::string path, SpecLog& log)
    : object_(object), path_(std::move(path)), log_(log) {
  if (object_ && !object_->is_object()) {
    log_.errors.push_back(path_ + " must be an object");
    object_ = nullptr;
  }
}

SpecReader::~SpecReader() {
  if (!object_) return;
  for (const auto& [field, value] : object_->items())
    if (!log_.fields.contains(path(field.c_str()))) add_error(field.c_str(), "is not known to this operator");
}

const Json* SpecReader::find(const char* field) {
  log_.fields.insert(path(field));
  if (!object_) return nullptr;
  auto it = object_->find(field);
  return it == object_->end() || it->is_null() ? nullptr : &*it;
}

bool SpecReader::has(const char* field) const {
  return object_ && object_->contains(field) && !object_->at(field).is_null();
}

std::string SpecReader::text(const char* field, std::string fallback) {
  const Json* value = find(field);
  if (!value) return fallback;
  if (value->is_string()) return value->get<std::string>();
  add_error(field, "must be text");
  return fallback;
}

std::string SpecReader::required_text(const char* field) {
  auto value = text(field);
  if (value.empty()) add_error(field, "is required");
  return value;
}

std::string SpecReader::choice(const char* field, std::initializer_list<const char*> allowed) {
  auto value = text(field, *allowed.begin());
  std::string names;
  for (const char* each : allowed) {
    if (value == each) return value;
    names += (names.empty() ? "" : ", ") + std::string(each);
  }
  add_error(field, "must be one of " + names);
  return *allowed.begin();
}

bool SpecReader::flag(const char* field, bool fallback) {
  const Json* value = find(field);
  if (!value) return fallback;
  if (!value->is_boolean()) add_error(field, "must be true or false");
  return value->is_boolean() ? value->get<bool>() : fallback;
}

int SpecReader::integer(const char* field, int fallback, int min, int max) {
  const Json* value = find(field);
  if (!value) return fallback;
  if (value->is_number_integer()) {
    auto number = value->get<std::int64_t>();
    if (number >= min && number <= max) return static_cast<int>(number);
  }
  add_error(field, "must be a whole number from " + std::to_string(min) + " to " + std::to_string(max));
  return fallback;
}

std::string SpecReader::quantity(const char* field, std::string fallback, const char* complaint) {
  auto value = text(field, std::move(fallback));
  if (value.empty()) return value;
  const auto amount = kube::Quantity::parse(value);
  if (!amount || amount->ceil() <= 0) add_error(field, complaint);
  return value;
}

std::vector<std::string> SpecReader::texts(const char* field) {
  std::vector<std::string> result;
  if (const Json* values = array(field)) {
    for (const auto& value : *values) {
      if (value.is_string() && !value.get_ref<const std::string&>().empty())
        result.push_back(value);
      else
        add_error(field, "must hold names only");
    }
  }
  return result;
}

std::map<std::string, std::string> SpecReader::text_map(const char* field) {
  std::map<std::string, std::string> result;
  if (const Json* values = object(field)) {
    for (const auto& [name, value] : values->items()) {
      if (value.is_string())
        result[name] = value;
      else
        log_.errors.push_back(path(field) + "." + name + " must be text");
    }
  }
  return result;
}

const Json* SpecReader::object(const char* field) { return typed(field, Json::value_t::object, "an object"); }
const Json* SpecReader::array(const char* field) { return typed(field, Json::value_t::array, "a list"); }

const Json* SpecReader::typed(const char* field, Json::value_t type, const char* name) {
  const Json* value = find(field);
  if (!value || value->type() == type) return value;
  add_error(field, std::string("must be ") + name);
  return nullptr;
}

}  // namespace shop
