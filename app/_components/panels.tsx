'use client';
/** Where panels lie over the page, whatever view stands in it. */
import { usePanel } from '../_hooks/panel';

export const Panels = () => usePanel();
