/** A mark in prose for the model or from it: whether it closes a pair ("/"), and its number. */
export const mark = /\[(\/?)(\d+)\]/gu;
